// Neighbours that wake each other: the same bytes for any number of shards, and only what is allowed.
import { describe, expect, it } from 'vitest'
import { cityDigest } from '../../../producers/contract/digest.ts'
import type { CityEvent } from '../../../producers/contract/records.ts'
import { createKernel, type KernelOptions } from '../../../producers/kernel/kernel.ts'
import type {
  Domain,
  SimulationContext,
  Simulator,
} from '../../../producers/simulation/simulator.ts'
import { city, lamp, lampDescriptor, lampScenario, lamps, START } from '../lamp-city.ts'

/** Four lamps a cell; the last one is in service 90 s after the start. */
const catalogue = (() => {
  const all = lamps(60)
  return { ...all, cell: all.cell.map((_, n) => (n >> 2) % 240) }
})()
const scenario = lampScenario()
const LAST = 59

type WakesNeighbour = (context: SimulationContext, i: number, time: number) => void

/** Lamps report every 40 s in step; each that has reported does something to a neighbour, who then says what came to it. */
function lampsThat(act: WakesNeighbour): Domain {
  const createSimulator = (given: SimulationContext): Simulator => {
    // What a lamp was asked for it remembers itself.
    const asked = new Float64Array(given.assets.length).fill(Number.POSITIVE_INFINITY)
    const wakeBy = (i: number, time: number) => {
      given.wakeBy(i, time)
      asked[i] = Math.min(asked[i], time)
    }
    const context = { ...given, wakeBy }
    const reports = Float64Array.from(context.assets, (n) => START - 40_000 + n * 100)
    for (const [i, n] of context.assets.entries()) if (n === LAST) reports[i] = START + 90_000
    return {
      first: (i) => reports[i],
      wake(i, time, emit) {
        if (asked[i] <= time) {
          emit(1, { lit: true, watts: 60 })
          asked[i] = Number.POSITIVE_INFINITY
        }
        if (reports[i] <= time) {
          emit(0, { lit: true, watts: 40.5 })
          reports[i] += 40_000
          act(context, i, time)
        }
        return Math.min(asked[i], reports[i])
      },
      command(i, _name, _args, time) {
        act(context, i, time)
        return time + 500
      },
      state(walk) {
        walk.numbers(asked)
        walk.numbers(reports)
      },
    }
  }
  return { ...lamp, createSimulator }
}

const sendOn: WakesNeighbour = ({ assets, wakeBy }, i, time) => {
  if (time < START) return
  // The next lamp of the cell, a second and a bit later; nearer ones win, and one wakes at a time of its own anyway.
  const neighbour = assets[i] % 4 === 3 ? i - 3 : i + 1
  if (assets[neighbour] === LAST) return
  wakeBy(neighbour, time + 1_500)
  wakeBy(neighbour, time + 1_000)
}

function run(domain: Domain, shards: number) {
  const chains: { domain: string; partition: number; chain: string }[] = []
  const events: CityEvent[] = []
  for (let shard = 0; shard < shards; shard++) {
    const kernel = createKernel(optionsOf(domain, shard, shards, (e) => events.push(e)))
    kernel.begin(scenario.start)
    for (let to = START; to <= START + scenario.durationMs; to += 7_777)
      kernel.advance(to, (t) => t)
    kernel.advance(START + scenario.durationMs, (t) => t)
    chains.push(...kernel.lanes)
  }
  return { ...cityDigest(chains), events }
}

function optionsOf(
  domain: Domain,
  shard = 0,
  shards = 1,
  see: (event: CityEvent) => void = () => {},
): KernelOptions {
  const descriptor = lampDescriptor(scenario, catalogue, shards)
  const observe = (value: Buffer) => see(JSON.parse(value.toString()) as CityEvent)
  const common = { city, catalogue, scenario, descriptor, domains: [domain], epoch: 41 }
  return { ...common, shard, shards, observe }
}

describe('neighbours of a cell', () => {
  const one = run(lampsThat(sendOn), 1)

  it('wake each other once, at the earliest time asked for', () => {
    const flashes = one.events.filter((e) => e.type === 'city.lamp.flash.v1')
    expect(flashes.length).toBeGreaterThan(150)
    const [first] = flashes.map((e) => Date.parse(e.time)).sort((a, b) => a - b)
    expect(first).toBe(START + 1_000)
    const keys = flashes.map((e) => `${e.subject} ${e.time}`)
    expect(new Set(keys).size).toBe(keys.length)
  })

  it.each([2, 3, 4])('write the same bytes on %s shards', (shards) => {
    expect(run(lampsThat(sendOn), shards).digest).toBe(one.digest)
  })
})

describe('what wakeBy refuses', () => {
  const refusedBy = (act: WakesNeighbour) => () => run(lampsThat(act), 1)
  const afterStart =
    (act: WakesNeighbour): WakesNeighbour =>
    (context, i, time) => {
      if (time >= START && i === 0) act(context, i, time)
    }

  it.each<[string, WakesNeighbour, string]>([
    ['another cell', (c, _, time) => c.wakeBy(4, time + 1), 'stands in another cell'],
    ['itself', (c, i, time) => c.wakeBy(i, time + 1), 'return its own next wake'],
    ['a time that is now', (c, _, time) => c.wakeBy(1, time), 'already'],
    ['no time at all', (c) => c.wakeBy(1, Number.NaN), 'already'],
  ])('%s', (_, act, why) => {
    expect(refusedBy(afterStart(act))).toThrow(why)
  })

  it('a time before the start, and an asset that is not in service', () => {
    expect(refusedBy((c, i, time) => i === 0 && c.wakeBy(1, time + 1))).toThrow('only the census')
    const early: WakesNeighbour = (c, i, time) => {
      if (i === 58 && time >= START) c.wakeBy(59, time + 1)
    }
    expect(refusedBy(early)).toThrow('not in service yet')
  })

  it('a call from nobody', () => {
    let wakeBy: SimulationContext['wakeBy'] = () => {}
    const keep = (context: SimulationContext): Simulator => {
      wakeBy = context.wakeBy
      return lamp.createSimulator(context)
    }
    createKernel(optionsOf({ ...lamp, createSimulator: keep }))
    expect(() => wakeBy(1, START + 1)).toThrow('no asset that acts')
  })
})

it('a command wakes a neighbour too', () => {
  const events: CityEvent[] = []
  const domain = lampsThat((c, i, time) => {
    if (i === 0 && time === START + 20_000) c.wakeBy(1, time + 3_000)
  })
  const kernel = createKernel(optionsOf(domain, 0, 1, (e) => events.push(e)))
  kernel.advance(START + 20_000, (t) => t)
  expect(kernel.command(catalogue.ids[0], 'lamp.off', {})).toBeNull()
  kernel.advance(START + 30_000, (t) => t)
  const seen = events.filter((e) => Date.parse(e.time) > START + 20_000)
  expect(seen.map((e) => [e.subject, Date.parse(e.time) - START])).toEqual([
    [catalogue.ids[1], 23_000],
  ])
})
