// 5G sites in incidents: a feeder's sites live on batteries and go out 2 to 4 h later, together they come back; crowds fill them.
import { describe, expect, it } from 'vitest'
import {
  eventsOf,
  happening,
  type IncidentRun,
  idsWithin,
  minutes,
  type SeenEvent,
  worldOf,
} from '../../incident-runs.ts'

const PLACE = { lon: 113.265, lat: 23.13, km: 2.5 }
const run: IncidentRun = { domains: 'five-g-site', from: '12:00', for: 'PT7H', scale: '0.05' }
const dark = {
  ...{ id: 'dark-1', kind: 'power-loss', at: 'PT10M', for: 'PT1H', place: PLACE, severity: 'red' },
  parameters: { repairHours: 4 },
}

function bySite(events: SeenEvent[]): Map<string, SeenEvent[]> {
  const sites = new Map<string, SeenEvent[]>()
  for (const event of events) {
    const list = sites.get(event.subject)
    if (list) list.push(event)
    else sites.set(event.subject, [event])
  }
  return sites
}

describe('5G sites without mains', () => {
  const world = worldOf({ ...run, incidents: [dark] })
  const events = eventsOf(world)
  const usual = eventsOf(worldOf(run))
  const inside = idsWithin(world, PLACE)
  const caused = events.filter(({ cause }) => cause !== undefined)
  const feederOf = (id: string) =>
    String(world.catalogue.attributes[world.catalogue.numberOf(id)].feeder)

  /** When sites lost their mains, went out and came back, by their cause's events; those aside that ailed already. */
  const spells = [...bySite(caused)].flatMap(([id, list]) => {
    const first = (is: (e: SeenEvent) => boolean) => list.find(is)?.time
    const back = first(({ data }) => data.alarm !== 'mains')
    const out = first(({ data }) => data.state === 'out' && data.alarm === 'mains')
    if (list[0].data.state !== 'degraded') return []
    return [{ id, feeder: feederOf(id), lost: list[0].time, out, back }]
  })
  const went = spells.filter(({ out }) => out)

  it('change in nothing that does not name the cause, and outside the area in nothing at all', () => {
    const asUsual = new Set(usual.map(happening))
    expect(events.filter((e) => asUsual.has(happening(e)) !== !e.cause)).toEqual([])
    expect(caused.length).toBeGreaterThan(1000)
    expect(new Set(caused.map(({ cause }) => cause))).toEqual(new Set(['dark-1']))
    expect(caused.filter(({ subject }) => !inside.has(subject))).toEqual([])
  })

  it('live on batteries first, and go out 2 to 4 hours later', () => {
    const gaps = went.map(({ lost, out }) => minutes(lost, out!)).sort((a, b) => a - b)
    expect(gaps.length).toBeGreaterThan(100)
    expect(gaps[0]).toBeGreaterThanOrEqual(120)
    expect(gaps.at(-1)).toBeLessThanOrEqual(240)
    expect(gaps[Math.floor(gaps.length / 2)]).toBeGreaterThan(150)
    expect(gaps[Math.floor(gaps.length / 2)]).toBeLessThan(210)
  })

  it('are lost and return by the feeder', () => {
    const feeders = [...new Set(spells.map(({ feeder }) => feeder))]
    const times = (list: typeof spells, of: 'lost' | 'back') =>
      feeders.map((f) => [...new Set(list.filter(({ feeder }) => feeder === f).map((s) => s[of]))])
    expect(feeders.length).toBeGreaterThan(5)
    for (const lost of times(spells, 'lost')) expect(lost).toHaveLength(1)
    const back = times(went, 'back').filter((list) => list.length > 0)
    for (const list of back) expect(list).toHaveLength(1)
    expect(new Set(back.flat()).size).toBeGreaterThan(5)
  })

  it('say as usual what they carry once the mains are back', () => {
    const [struck, spared] = [bySite(events), bySite(usual)]
    const returned = spells.filter(({ out, back }) => out && back)
    expect(returned.length).toBeGreaterThan(30)
    for (const { id, back } of returned) {
      const later = (list: SeenEvent[]) => list.filter(({ time }) => time > back!).map(happening)
      expect(later(struck.get(id)!)).toEqual(later(spared.get(id)!))
    }
  })

  it('get a generator as ever', () => {
    const target = spells.find(({ out, back }) => out && back && minutes(out, back) > 60)!
    const orderedAt = Date.parse(target.out!) + 60_000
    const answers: unknown[] = []
    const helped = eventsOf(world, (kernel) => {
      if (answers.length > 0 || kernel.simulatedTo < orderedAt) return
      answers.push(kernel.command(target.id, 'site.dispatch-generator', { for: 'PT30M' }))
    })
    expect(answers).toEqual([null])
    const states = helped
      .filter(({ subject, time }) => subject === target.id && Date.parse(time) > orderedAt)
      .map(({ data, time }) => [data.state, Math.round(minutes(target.out!, time))] as const)
    expect(states.find(([state]) => state === 'on-air')![1]).toBeLessThanOrEqual(23)
    expect(states.filter(([state]) => state === 'on-air').at(-1)![1]).toBeGreaterThan(30)
  })

  it('have emergency power by the feeder, as where their feeder failed by itself', () => {
    const target = spells.find(({ out, back }) => out && back && minutes(out, back) > 80)!
    const orderedAt = Date.parse(target.out!) + 60_000
    const answers: unknown[] = []
    const helped = eventsOf(world, (kernel) => {
      if (answers.length > 0 || kernel.simulatedTo < orderedAt) return
      answers.push(kernel.command(target.id, 'site.power-feeder', { for: 'PT30M' }))
    })
    expect(answers).toEqual([null])
    const supplied = helped.filter(({ subject, time, data }) => {
      const at = minutes(target.out!, time)
      return feederOf(subject) === target.feeder && at > 47 && at < 76 && data.alarm === 'mains'
    })
    expect(supplied).toEqual([])
    const dark = (list: SeenEvent[]) =>
      list.filter(({ subject, data }) => subject === target.id && data.state === 'out').length
    expect(dark(helped)).toBeLessThan(dark(events))
  })
})

describe('5G sites in a crowd', () => {
  const crowd = { id: 'crowd-1', kind: 'crowd', at: 'PT0S', for: 'PT2H', place: PLACE }
  const short = { ...run, for: 'PT2H' }
  const events = eventsOf(worldOf({ ...short, incidents: [{ ...crowd, severity: 'orange' }] }))
  const usual = new Map(eventsOf(worldOf(short)).map((e) => [`${e.subject} ${e.time}`, e] as const))

  it('carry more by the crowd, less than all of it above the knee, and say whose doing it is', () => {
    let seen = 0
    for (const { subject, time, data, cause } of events) {
      const before = usual.get(`${subject} ${time}`)!.data
      if (cause === undefined) {
        expect(data).toEqual(before)
        continue
      }
      // Twice as much again from 36 min to 102 min on.
      const at = minutes('2025-06-18T04:00:00.000Z', time)
      if (at < 40 || at > 100 || (before.users as number) < 20) continue
      const [is, was] = [data.loadPct as number, before.loadPct as number]
      expect(data.state).toBe(before.state)
      expect((data.users as number) / (before.users as number)).toBeCloseTo(3, 0)
      expect(is).toBeLessThanOrEqual(95)
      if (was * 3 < 59.5) expect(Math.abs(is - was * 3)).toBeLessThan(0.3)
      else if (was > 22) expect(is).toBeLessThan(was * 3)
      expect(is).toBeGreaterThan(was)
      seen++
    }
    expect(seen).toBeGreaterThan(200)
  })
})
