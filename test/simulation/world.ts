// What everything in one simulated run shares: time, luck, the broker, the trace and the count of rare things that happened.
import type { Stored } from './broker.ts'
import { createBroker } from './broker.ts'
import { createChance } from './chance.ts'
import { createScheduler } from './scheduler.ts'
import { drawSettings, type Settings } from './settings.ts'
import { RARE, type Rare } from './sometimes.ts'

/** What is known of a process that was killed. */
type Victim = { name: string; doing: Set<string> }

export type World = ReturnType<typeof createWorld>

export type WorldOptions = {
  seed: number
  /** Replaces what the seed would draw. */
  settings?: Partial<Settings>
  /** Is told every step; a line each. */
  trace?: (line: string) => void
}

export function createWorld({ seed, settings, trace }: WorldOptions) {
  const scheduler = createScheduler()
  const counts = Object.fromEntries(RARE.map((name) => [name, 0])) as Record<Rare, number>
  const drawn = { ...drawSettings(seed), ...settings }
  const network = createChance(seed, 'network')
  const listeners: ((records: Stored[]) => void)[] = []
  const killListeners: ((process: Victim) => void)[] = []
  let hash = 0

  function mix(...numbers: number[]): void {
    for (const n of numbers) hash = (Math.imul(hash ^ (n | 0), 0x9e3779b1) + 0x7f4a7c15) | 0
  }

  function tell(who: string, what: string): void {
    trace?.(`${scheduler.now().toFixed(3).padStart(10)} ${who.padEnd(14)} ${what}`)
  }

  const broker = createBroker(scheduler.now, (records) => {
    const { topic, partition, offset, writer, isRetry, value } = records[0]
    const length = value?.length ?? 0
    mix(scheduler.now() * 1000, Number(offset), partition, records.length)
    mix(length, value?.[length >> 1] ?? 0)
    if (trace) {
      const key = records[0].key?.toString().slice(0, 60) ?? '-'
      const what = `${records.length} × ${topic}/${partition} at ${offset}, first key ${key}`
      tell(writer, `${isRetry ? 'writes again' : 'writes'} ${what}`)
    }
    for (const listener of listeners) listener(records)
  })

  return {
    seed,
    settings: drawn,
    scheduler,
    broker,
    network,
    markers: createChance(seed, 'markers'),
    /** Called with each request as it is written. */
    onWrite: (listener: (records: Stored[]) => void) => listeners.push(listener),
    onKill: (listener: (process: Victim) => void) => killListeners.push(listener),
    killed(process: Victim): void {
      for (const listener of killListeners) listener(process)
    },
    /** How long a message is on its way. */
    delay(): number {
      const { meanMs, spikes } = drawn.network
      const usual = 0.05 + network.exponential(meanMs)
      return network.of(spikes) ? usual * 25 : usual
    },
    /** Partitions whose input was taken away before it was read: no final can be asked of them any more. */
    trimmed: new Set<number>(),
    /** By process, how much had been written when it started. */
    startedAt: new Map<string, number>(),
    /** All accidents have happened: from now on everything must come right. */
    calm: false,
    /** The newest run has ended: a producer that is started now would begin another. */
    runEnded: false,
    tell,
    isTraced: trace !== undefined,
    mix,
    /** Equal for two runs that did the same. */
    hash: () => (hash >>> 0).toString(16).padStart(8, '0'),
    /** Something rare happened. */
    met(name: Rare, times = 1): void {
      counts[name] += times
    },
    counts,
  }
}
