// What every domain's simulator promises, as one suite: census, determinism, independence, schemas.
import { expect, it } from 'vitest'
import { HOUR_MS, parseInstant } from '../../infra/time.ts'
import { readingOf } from '../../producers/kernel/truth/interpret.ts'
import type { Domain } from '../../producers/simulation/simulator.ts'
import {
  type CityOptions,
  checkSchemas,
  type FakeAsset,
  linesOf,
  run,
  type Seen,
  seedParameters,
  simulatedCity,
} from './simulated-city.ts'

export type Promises = {
  domain: Domain
  assets: FakeAsset[]
  start: string
  hours: number
  /** As in CityOptions. */
  city?: CityOptions['city']
  /** False where values do not depend on the seed. */
  seeded?: boolean
  /** False where an asset reports in a rhythm of its own, not at the cadence. */
  atCadence?: boolean
  /** Longest time for which an asset of the domain may be silent; default 0. */
  silentMs?: number
}

/** Commissioned two and a half hours after the start of the suite's run. */
const LATER_MS = 2.5 * 3600_000

export function keepsTheDomainPromises(promises: Promises) {
  const { domain, assets, start, hours, city } = promises
  const { seeded = true, atCadence = true, silentMs = 0 } = promises
  const startMs = parseInstant(start, 'start')
  const periodic = domain.declaration.events.findIndex((e) => e.periodic)
  /** Long enough for the rarest event too. */
  const rareMs = Object.values(domain.rareEvents ?? {})
  const spanHours = Math.max(hours, ...rareMs.map((ms) => ms / HOUR_MS))
  const options: CityOptions = { domain, assets, start, city }
  /** Most promises are of the same two runs. */
  const usual = once(() => run(options, hours))
  const spanning = once(() => run(options, spanHours))
  const later: FakeAsset = {
    ...assets[0],
    commissioned: new Date(startMs + LATER_MS).toISOString(),
  }
  const withLater: CityOptions = { ...options, assets: [later, ...assets.slice(1)] }
  const before = (seen: Seen[]) => seen.filter((s) => s.time < startMs)

  it('has seeds that fit its parameter schema', () => {
    expect(() => seedParameters(domain, city)).not.toThrow()
  })

  it('emits only events that fit their schemas, keys in order', () => {
    expect(checkSchemas(domain, usual())).toBeGreaterThan(assets.length)
  })

  it('draws a declared state from every event that sets one', () => {
    const { layer, events } = domain.declaration
    const state = readingOf(layer.state)
    const codes = layer.states.map((x) => x.code)
    for (const s of usual()) {
      if (layer.on.includes(events[s.event].name)) expect(codes).toContain(state(s.data))
    }
  })

  it('has every event that it declares, a rare one within the time that it states', () => {
    const { events } = domain.declaration
    const seen = spanning()
    for (const [event, { name }] of events.entries()) {
      const withinMs = domain.rareEvents?.[name] ?? hours * HOUR_MS
      const first = seen.find((s) => s.event === event && s.time >= startMs)
      expect(first && first.time - startMs, name).toBeLessThan(withinMs)
    }
    for (const name of Object.keys(domain.rareEvents ?? {})) {
      expect(events.map((e) => e.name)).toContain(name)
    }
  })

  it('has measures whose terms are exact at their decimals', () => {
    const seen = spanning()
    for (const m of domain.declaration.measures) {
      const on = seen.filter((s) => m.on.includes(domain.declaration.events[s.event].name))
      expect(on.length).toBeGreaterThan(0)
      for (const expr of [m.used, m.of, m.value]) {
        if (expr === undefined) continue
        const term = readingOf(expr)
        for (const s of on) {
          const scaled = (term(s.data) as number) * 10 ** m.decimals
          // A product such as 41.2 × 0.01 is exact but for the last bits of a double.
          const off = Math.abs(scaled - Math.round(scaled))
          expect(off, `${m.name}: ${JSON.stringify(s.data)}`).toBeLessThanOrEqual(
            1e-9 * Math.max(1, scaled),
          )
        }
      }
    }
  })

  it('emits one periodic event per asset before the start, less than a period old unless it is silent', () => {
    const census = before(run(options, 0.01))
    expect(census.map((s) => s.id).sort()).toEqual(assets.map((a) => a.id).sort())
    expect(census.every((s) => s.event === periodic)).toBe(true)
    const { everyMs } = simulatedCity(options).cadence
    const times = census.map((s) => s.time).sort((a, b) => a - b)
    expect(times[0]).toBeGreaterThanOrEqual(startMs - everyMs - silentMs)
    // Silence is the exception.
    expect(times[Math.floor(times.length / 2)]).toBeGreaterThanOrEqual(startMs - everyMs)
  })

  it('never reports before an asset is commissioned', () => {
    const minute: FakeAsset = { ...later, commissioned: new Date(startMs - 60_000).toISOString() }
    const census = before(run({ ...options, assets: [minute, ...assets.slice(1)] }, 0.01))
    const own = census.filter((s) => s.id === minute.id)
    expect(own).toHaveLength(1)
    expect(own[0].time).toBeGreaterThanOrEqual(startMs - 60_000)
  })

  it('repeats itself for the same seed', () => {
    expect(linesOf(run(options, hours))).toEqual(linesOf(usual()))
  })

  it('differs for another seed', () => {
    const one = usual()
    const two = run({ ...options, seed: 2 }, hours)
    const values = (seen: Seen[]) => seen.map((s) => JSON.stringify(s.data))
    if (seeded) expect(values(two)).not.toEqual(values(one))
    else expect(linesOf(two)).not.toEqual(linesOf(one))
  })

  it('leaves the other cells alone when an asset goes away or another shard owns it', () => {
    const gone = assets[assets.length - 1].id
    const apart: CityOptions = { ...options, assets: assets.map((a, cell) => ({ ...a, cell })) }
    const rest = linesOf(run(apart, hours).filter((s) => s.id !== gone))
    const without = { ...apart, assets: apart.assets.filter((a) => a.id !== gone) }
    expect(linesOf(run(without, hours))).toEqual(rest)
    expect(linesOf(run({ ...apart, own: (id) => id !== gone }, hours))).toEqual(rest)
  })

  if (!atCadence) return

  it('keeps an asset silent until its commissioning, then lets it report at once', () => {
    const seen = run(withLater, Math.max(hours, 4)).filter((s) => s.id === later.id)
    expect(seen[0].time).toBe(startMs + LATER_MS)
    expect(seen[0].event).toBe(periodic)
  })

  it('reports at the city clock when aligned', () => {
    const everyMs = domain.declaration.cadenceMs
    const aligned = run({ ...options, cadence: { phase: 'aligned' } }, 0.01)
    const census = before(aligned)
    expect(census.length).toBe(assets.length)
    for (const s of census) {
      // Changes of state may be newer than the periodic one.
      const due = startMs - 1 - ((startMs - 1 + 8 * 3600_000) % everyMs)
      expect(s.time).toBeGreaterThanOrEqual(due - silentMs)
    }
    expect(census.filter((s) => (s.time + 8 * 3600_000) % everyMs === 0).length).toBeGreaterThan(
      0.9 * assets.length,
    )
  })

  it('spreads over the whole period otherwise', () => {
    const twins = Array.from({ length: 400 }, (_, n) => ({
      ...assets[0],
      id: `${assets[0].id}-${n}`,
    }))
    const many = [...assets, ...twins]
    const { everyMs } = simulatedCity(options).cadence
    const quarters = [0, 0, 0, 0]
    for (const s of before(run({ ...options, assets: many }, 0.01))) {
      quarters[Math.min(3, Math.floor((4 * (startMs - 1 - s.time)) / everyMs))]++
    }
    for (const q of quarters) expect(q).toBeGreaterThan(60)
  })
}

function once<T>(make: () => T): () => T {
  let made: { it: T } | undefined
  return () => {
    made ??= { it: make() }
    return made.it
  }
}
