// Reads a sound recording and then a broken one in a process of its own, so that its memory is the reader's and nobody else's:
// `node --expose-gc read-alone.ts SOUND BROKEN` prints {"idle": MB, "above": MB, "records": n, "refused": boolean}. Linux.
import { readFileSync, writeFileSync } from 'node:fs'
import { Problem } from '../../../infra/problem.ts'
import { printLine } from '../../../infra/program/standard-output.ts'
import { Recording } from '../../../replay/recording/recording.ts'

const [sound, broken] = process.argv.slice(2)
const MB = 1_000_000

async function read(folder: string): Promise<number> {
  const recording = await Recording.open(folder)
  try {
    let seen = 0
    for await (const records of recording.records('events')) seen += records.length
    return seen
  } finally {
    await recording.close()
  }
}

/** The most memory (MB) that was resident since `forgetPeak`. */
function peak(): number {
  const [, kib] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))!
  return (Number(kib) * 1024) / MB
}
/** 5 = the peak is what is resident now; see proc(5). */
const forgetPeak = () => writeFileSync('/proc/self/clear_refs', '5')

await read(sound)
globalThis.gc!()
forgetPeak()
const idle = peak()
let records = 0
let refused = false
try {
  records = await read(broken)
} catch (error) {
  if (!(error instanceof Problem)) throw error
  refused = true
}
printLine(JSON.stringify({ idle, above: peak() - idle, records, refused }))
