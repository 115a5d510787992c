// The hub's industries: when they joined, how systems fail, what calls are served.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { cityTimeOfDay, HOUR_MS, parseInstant } from '../../../../infra/time.ts'
import { systemAccess } from '../../../../producers/domains/system-access/domain.ts'
import { keepsTheDomainPromises } from '../../domain-promises.ts'
import { type FakeAsset, run, simulatedCity } from '../../simulated-city.ts'

const seeds = JSON.parse(
  readFileSync(new URL('../../../../seeds/guangzhou/system-access.json', import.meta.url), 'utf8'),
)
const industries: FakeAsset[] = seeds.catalogue.assets.map(
  (a: { slug: string; attributes: FakeAsset['attributes'] }) => ({
    id: `hub-440100-${a.slug}`,
    attributes: a.attributes,
  }),
)

describe('hub access', () => {
  keepsTheDomainPromises({
    domain: systemAccess,
    assets: industries.slice(4).concat(industries.slice(0, 4)),
    start: '2025-06-18T16:30:00+08:00',
    hours: 6,
  })

  it.each([
    ['2022-01-01T00:00:00+08:00', 10, 10],
    ['2025-06-18T00:00:00+08:00', 18, 18],
    ['2025-12-31T00:00:00+08:00', 19, 19],
  ])('has as many industries connected on %s as the seeds say', (start, least, most) => {
    const connected = new Map<string, boolean>()
    const counts = new Set<number>()
    for (const s of run({ domain: systemAccess, assets: industries, start }, 24)) {
      connected.set(s.id, (s.data.connected as number) > 0)
      if (connected.size === industries.length) {
        counts.add([...connected.values()].filter(Boolean).length)
      }
    }
    console.log(
      `${start.slice(0, 10)}: ${[...counts].join(', ')} of ${industries.length} connected`,
    )
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(least)
    expect(Math.max(...counts)).toBeLessThanOrEqual(most)
  })

  it('has the city’s lifelines connected from the start, and agriculture last', () => {
    const { joined } = seeds.simulation
    for (const early of ['power-supply', 'communications', 'water-affairs']) {
      expect(joined).not.toHaveProperty(early)
    }
    const last = Object.entries<string>(joined)
      .sort((a, b) => (a[1] < b[1] ? -1 : 1))
      .at(-1)![0]
    expect(last).toBe('agriculture')
  })

  it('is called for government services most, for agriculture least, and by day more than by night', () => {
    const start = '2025-06-18T00:00:00+08:00'
    const calls = new Map<string, number>()
    const byHour = new Float64Array(24)
    for (const s of run({ domain: systemAccess, assets: industries, start }, 24)) {
      calls.set(s.id, (calls.get(s.id) ?? 0) + (s.data.calls as number))
      byHour[Math.floor(cityTimeOfDay(s.time) / HOUR_MS)] += s.data.calls as number
    }
    const order = [...calls].filter(([, n]) => n > 0).sort((a, b) => b[1] - a[1])
    console.log(order.map(([id, n]) => `${id.slice(11)} ${Math.round(n / 24)}`).join(', '))
    expect(order.slice(0, 3).map(([id]) => id.slice(11))).toEqual([
      'government-services',
      'public-security',
      'transport',
    ])
    expect(calls.get('hub-440100-agriculture')).toBe(0)
    const { callsPerMinute } = seeds.simulation
    expect(Math.min(...Object.values<number>(callsPerMinute))).toBe(callsPerMinute.agriculture)
    expect(byHour[10] / byHour[3]).toBeGreaterThan(2.5)
    expect(byHour[10] / byHour[3]).toBeLessThan(5)
  })

  it('serves steadily: every minute of a day has all industries and nearly the same share', () => {
    const start = '2025-06-18T00:00:00+08:00'
    const from = parseInstant(start, '')
    const minutes = Array.from({ length: 1440 }, () => ({ calls: 0, served: 0, n: 0 }))
    for (const { time, data } of run({ domain: systemAccess, assets: industries, start }, 24)) {
      const minute = minutes[Math.floor((time - from) / 60_000)]
      if (!minute) continue
      minute.calls += data.calls as number
      minute.served += data.served as number
      minute.n++
    }
    const shares = minutes.map(({ calls, served }) => served / calls)
    console.log(
      `served per minute: ${Math.min(...shares).toFixed(4)} to ${Math.max(...shares).toFixed(4)}`,
    )
    expect(minutes.every(({ n }) => n === industries.length)).toBe(true)
    expect(Math.min(...shares)).toBeGreaterThan(0.975)
    expect(Math.max(...shares)).toBeLessThan(1)
  })

  it('never connects or serves more than there is, and serves almost all', () => {
    const start = '2025-06-18T00:00:00+08:00'
    let calls = 0
    let served = 0
    let down = 0
    const whole = { calls: 0, failed: 0 }
    const partly = { calls: 0, failed: 0 }
    for (const { data } of run({ domain: systemAccess, assets: industries, start }, 24)) {
      const d = data as Record<string, number>
      expect(d.connected).toBeLessThanOrEqual(d.systems)
      expect(d.served).toBeLessThanOrEqual(d.calls)
      if (d.connected === 0) expect(d.calls).toBe(0)
      if (d.connected > 0 && d.connected < d.systems) down++
      const sum = d.connected < d.systems ? partly : whole
      sum.calls += d.calls
      sum.failed += d.calls - d.served
      calls += d.calls
      served += d.served
    }
    console.log(
      `hub: ${calls} calls a day, ${(served / calls).toFixed(4)} served, ${down} heartbeats with a system down`,
    )
    expect(served / calls).toBeGreaterThan(0.97)
    expect(served / calls).toBeLessThan(0.998)
    expect(down).toBeGreaterThan(10)
    // Calls to a system that is down are in vain.
    const more = partly.failed / partly.calls / (whole.failed / whole.calls)
    console.log(`hub: ${more.toFixed(2)} times as many calls fail while a system is down`)
    expect(more).toBeGreaterThan(1.3)
  })

  it('counts the calls since the last heartbeat: fewer heartbeats, same calls a day', () => {
    const start = '2025-06-18T00:00:00+08:00'
    const from = parseInstant(start, '')
    const callsAt = (everyMs: number) =>
      run({ domain: systemAccess, assets: industries, start, cadence: { everyMs } }, 24)
        .filter((s) => s.time >= from)
        .reduce((sum, s) => sum + (s.data.calls as number), 0)
    expect(callsAt(HOUR_MS) / callsAt(60_000)).toBeCloseTo(1, 1)
  })

  it('names a slug in the seeds that no industry has', () => {
    const context = simulatedCity({
      domain: systemAccess,
      assets: industries,
      start: '2025-06-18T00:00:00+08:00',
      parameters: { joined: { astrology: '2025-01-01' }, callsPerMinute: { health: 1 } },
    })
    expect(() => systemAccess.createSimulator(context)).toThrow(
      /no entry for the catalogue's slug "agriculture"[\s\S]*"astrology"/,
    )
  })
})
