// The attack as a whole: a city in a process of its own, hostile messages on its socket and over HTTP, and what is left of it.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { attackRest } from './rest-attack.ts'
import { attackSocket } from './socket-attack.ts'

/**
 * So many messages at a time, until they make no more memory stay than that: then code is compiled, buffers have their
 * size, and the city keeps what it keeps of itself. Memory is compared from here on.
 */
const WARM_UP = 1_000
const SETTLED_MIB = 2
const MOST_WARM_UPS = 8
const MIB = 1024 * 1024
const LOOKS = 4
const LOOK_MS = 500
/** Statuses and close codes by which a server says that it failed. */
const SERVER_FAULT = /^5\d\d$|^1011$/
/** What buffers may take; thousands of kept messages would be more. */
const SLACK_MIB = 24

type Way = 'socket' | 'REST'
/** MiB: resident, which the system would take back when it needs it, and held after a collection. */
type Memory = { resident: number; held: number }
export type Figures = {
  way: Way
  messages: number
  /** How often each end or status was seen. */
  codes: Record<string, number>
  seconds: number
  /** Of the attacked process, after the warm-up and at the end. */
  memory: { before: Memory; after: Memory }
}
export type Outcome = {
  figures: Figures[]
  /** Of the attacked process after all of it: `null` = it lives. */
  exit: number | string | null
  uncaught: number
  health: number
}

const ATTACKS = { socket: attackSocket, REST: attackRest }

/** `messages` on each way, besides the warm-up. */
export async function attack(messages: number, seed: number): Promise<Outcome> {
  const target = fork(join(import.meta.dirname, 'target.ts'), {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  let exit: number | string | null = null
  target.on('exit', (code, signal) => {
    exit = signal ?? code
  })
  try {
    const [{ url }] = (await once(target, 'message')) as [{ url: string }]
    await command(url, 'clock.pause') // what the city itself needs must not look like a leak
    const figures: Figures[] = []
    for (const way of ['socket', 'REST'] as const) {
      const before = await settled(target, () => ATTACKS[way](url, seed + 1, WARM_UP))
      const started = performance.now()
      const codes = await ATTACKS[way](url, seed, messages)
      const seconds = (performance.now() - started) / 1000
      const sorted = Object.fromEntries([...codes].sort())
      figures.push({
        way,
        messages,
        codes: sorted,
        seconds,
        memory: { before, after: await memory(target) },
      })
    }
    await command(url, 'clock.resume') // and the city still obeys
    const uncaught = await metric(url, 'huacheng_uncaught_errors_total')
    const health = (await fetch(`${url}/health`)).status
    return { figures, exit, uncaught, health }
  } finally {
    if (target.connected) target.disconnect()
  }
}

async function command(url: string, name: string): Promise<void> {
  const response = await fetch(`${url}/api/commands`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: `attack-${name}`, name, args: {} }),
  })
  if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`)
}

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const value = new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]
  if (value === undefined) throw new Error(`/metrics: no ${name}`)
  return Number(value)
}

async function settled(target: ChildProcess, warmUp: () => Promise<unknown>): Promise<Memory> {
  let known = await memory(target)
  for (let i = 0; i < MOST_WARM_UPS; i++) {
    await warmUp()
    const now = await memory(target)
    if (now.held <= known.held + SETTLED_MIB) return now
    known = now
  }
  return known
}

/** The least of a few looks: sockets that still close are not kept. */
async function memory(target: ChildProcess): Promise<Memory> {
  let least: Memory = { resident: 0, held: Number.POSITIVE_INFINITY }
  for (let i = 0; i < LOOKS; i++) {
    if (i > 0) await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    target.send('memory')
    const [{ resident, held }] = (await once(target, 'message')) as [Memory]
    const now = { resident: Math.round(resident / MIB), held: Math.round(held / MIB) }
    if (now.held < least.held) least = now
  }
  return least
}

/** What must not be; none = all is well. */
export function faultsOf({ figures, exit, uncaught, health }: Outcome): string[] {
  const faults = figures.flatMap(({ way, codes, memory }) => [
    ...Object.keys(codes)
      .filter((code) => SERVER_FAULT.test(code))
      .map((code) => `${way}: ${codes[code]} answers of ${code}`),
    ...(memory.after.held - memory.before.held > SLACK_MIB
      ? [`${way}: ${memory.after.held - memory.before.held} MiB more are held`]
      : []),
  ])
  if (exit !== null) faults.push(`the process ended with ${exit}`)
  if (uncaught !== 0) faults.push(`${uncaught} errors that nobody caught`)
  if (health !== 200) faults.push(`/health answers ${health}`)
  return faults
}

/** One line per way, and one about the process. */
export function told({ figures, exit, uncaught, health }: Outcome): string {
  const lines = figures.map(({ way, messages, codes, seconds, memory }) => {
    const counts = Object.entries(codes).map(([code, n]) => `${code}: ${n}`)
    return `${way.padEnd(6)} ${messages} hostile messages in ${seconds.toFixed(0)} s, memory ${shown(memory.before)} -> ${shown(memory.after)}; ${counts.join(', ')}`
  })
  const process = exit === null ? 'lives' : `ended with ${exit}`
  return [...lines, `process ${process}, ${uncaught} uncaught errors, /health ${health}`].join('\n')
}

const shown = ({ resident, held }: Memory) => `${held} MiB held, ${resident} resident`
