// A kernel that was saved and restored goes on as the one that was not interrupted, to the byte, whatever is under way.
import { describe, expect, it } from 'vitest'
import { openWorld, type World } from '../../../../commands/wiring/world.ts'
import type { Kernel } from '../../../../producers/kernel/kernel.ts'
import { EventfulRun, STOPS, written } from './eventful-run.ts'

const SAVED_AT = [0, 3, 5, 7]
/** From here on one goes on to the end; the others until the next one, where they must remember the same. */
const TO_THE_END = 3

type Played = { saved: Map<number, Uint8Array>; end: Uint8Array; said: string[][]; taken: number }

/** The whole run, and its state at some stops, with what was not drained there. */
function play(run: EventfulRun): Played {
  const kernel = run.open()
  const played: Played = { saved: new Map(), end: new Uint8Array(), said: [], taken: 0 }
  for (let stop = 0; stop <= STOPS; stop++) {
    played.taken += run.reach(kernel, stop)
    if (SAVED_AT.includes(stop)) played.saved.set(stop, kernel.save())
    if (stop === STOPS) played.end = kernel.save()
    played.said.push(written(kernel))
  }
  return played
}

/** Goes on from a stop that was reached; `last` is as far as it should, before it is drained there. */
function goOn(run: EventfulRun, kernel: Kernel, stop: number, last: number): string[][] {
  const said: string[][] = []
  for (let next = stop + 1; next <= last; next++) {
    said.push(written(kernel))
    run.reach(kernel, next)
  }
  return said
}

/** The first line that differs, for people; null where there is none. */
function difference(a: string[][], b: string[][]): string | null {
  for (const [k, lines] of a.entries()) {
    const at = lines.findIndex((line, n) => line !== b[k]?.[n])
    if (at >= 0) return `stop ${k}: ${lines[at]} instead of ${b[k]?.[at]}`
  }
  return JSON.stringify(a) === JSON.stringify(b) ? null : 'more is said'
}

function holds(world: World, shard = 0, shards = 1): Played {
  const run = new EventfulRun(world, shard, shards)
  const played = play(run)
  const stops = [...played.saved.keys()]
  let kernel = run.open()
  for (const [k, stop] of stops.entries()) {
    const saved = played.saved.get(stop)!
    // The first two are new, the others go back in one that has gone on to the end.
    if (k === 1) kernel = run.open()
    kernel.restore(saved)
    expect(Buffer.compare(kernel.save(), saved), 'saved anew it is the same').toBe(0)
    const next = stop === TO_THE_END ? STOPS : (stops[k + 1] ?? STOPS)
    expect(difference(goOn(run, kernel, stop, next), played.said.slice(stop, next))).toBeNull()
    expect(Buffer.compare(kernel.save(), played.saved.get(next) ?? played.end)).toBe(0)
  }
  return played
}

const SCENARIOS: Record<string, Parameters<typeof openWorld>[0]> = {
  'testville/default': { for: 'PT30M' },
  'testville/storm': { for: 'PT40M' },
  rainstorm: { scale: '0.02', for: 'PT45M' },
  marathon: { scale: '0.01', for: 'PT75M' },
  'canton-fair': { scale: '0.01', for: 'PT40M' },
  'dirty-input': { scale: '0.01', for: 'PT30M' },
}

describe('a kernel that is restored goes on as it would have', () => {
  it.each(Object.entries(SCENARIOS))('in %s', (scenario, flags) => {
    const played = holds(openWorld({ scenario, ...flags }, { truth: true }))
    expect(played.taken).toBeGreaterThan(100)
  })

  it('over days, with an outbreak', () => {
    const domains = 'health-sentinel,hotline,casework'
    const flags = { scenario: 'public-health', scale: '0.02', for: 'PT27H', domains }
    holds(openWorld(flags, { truth: true }))
  })

  it('over weeks, with a tick a day', () => {
    holds(openWorld({ scenario: 'plan-review', scale: '0.01', for: 'P8D' }, { truth: true }))
  })

  it.each([2, 3])('in %d shards, each for itself', (shards) => {
    const world = openWorld({ city: 'testville', for: 'PT20M' }, { truth: true, shards })
    for (let shard = 0; shard < shards; shard++) holds(world, shard, shards)
  })
})
