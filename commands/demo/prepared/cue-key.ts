// A short name for everything that determines what a city is at a cue: the run, and the code that simulates and reads it.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Descriptor } from '../../../producers/contract/records.ts'

const ROOT = join(import.meta.dirname, '../../..')
/** Code from which what happens, and what it means, comes. */
const FOLDERS = ['infra', 'seeds', 'producers', 'processor', 'commands/wiring', 'commands/demo']

/** What is presented, and how fast, is no part of it. */
export function cueKey(descriptor: Descriptor, root = ROOT): string {
  const { title: _title, speed: _speed, cues: _cues, ...run } = descriptor
  const hash = createHash('sha256')
  hash.update(`${process.version}\n${JSON.stringify(run)}\n`)
  for (const path of codeOf(root)) {
    hash.update(`${path}\n`)
    hash.update(readFileSync(join(root, path)))
  }
  return hash.digest('hex').slice(0, 16)
}

function codeOf(root: string): string[] {
  const inFolder = (folder: string) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
  return ['package.json', ...FOLDERS.flatMap(inFolder).sort()]
}
