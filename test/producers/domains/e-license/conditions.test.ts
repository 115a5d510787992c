// Service points that lose their mains: no e-licence can be verified there until they are back; paper can be ordered.
import { describe, expect, it } from 'vitest'
import { eventsOf, happening, idsWithin, type SeenEvent, worldOf } from '../../incident-runs.ts'

const PLACE = { lon: 113.265, lat: 23.13, km: 4 }
const run = { domains: 'e-license', from: '13:00', for: 'PT3H', scale: '0.1' }
const dark = (place: object) => ({
  ...{ id: 'dark-1', kind: 'power-loss', at: 'PT20M', for: 'PT2H', place, severity: 'red' },
  parameters: { repairHours: 12 },
})
const crowd = { id: 'crowd-1', kind: 'crowd', at: 'PT0S', for: 'PT3H', severity: 'red' }
const isStatus = ({ type }: SeenEvent) => type.includes('status')

describe('service points without mains', () => {
  const world = worldOf({ ...run, incidents: [dark(PLACE)] })
  const events = eventsOf(world)
  const usual = eventsOf(worldOf(run))
  const inside = idsWithin(world, PLACE)
  const caused = events.filter(({ cause }) => cause !== undefined)
  /** Feeders trip within ten minutes. */
  const allDark = Date.parse('2025-06-18T13:31:00+08:00')

  it('change in nothing that does not name the cause, and outside the area in nothing at all', () => {
    const asUsual = new Set(usual.map(happening))
    expect(events.filter((e) => asUsual.has(happening(e)) !== !e.cause)).toEqual([])
    expect(events.length).toBe(usual.length)
    for (const { subject, cause } of caused) {
      expect([inside.has(subject), cause]).toEqual([true, 'dark-1'])
    }
  })

  it('accept no e-licence', () => {
    const down = caused.filter(isStatus)
    expect(down.length).toBeGreaterThan(100)
    for (const { data } of down) expect(data.accepts).toBe(false)
    const turnedAway = caused.filter((e) => !isStatus(e))
    expect(turnedAway.length).toBeGreaterThan(100)
    for (const { data } of turnedAway) {
      expect([data.eligible, data.presented === 'e-license']).toEqual([true, false])
    }
    const points = new Set(down.map(({ subject }) => subject))
    for (const { subject, time, type, data } of events) {
      if (!points.has(subject) || Date.parse(time) < allDark) continue
      if (type.includes('status')) expect(data.accepts).toBe(false)
      else expect(data.presented).not.toBe('e-license')
    }
  })

  it('settle on paper what people bring an e-licence for, when it is ordered', () => {
    const points = [...new Set(caused.filter(isStatus).map(({ subject }) => subject))]
    const answers: unknown[] = []
    const told = eventsOf(world, (kernel) => {
      if (answers.length > 0 || kernel.simulatedTo < allDark) return
      for (const id of points) {
        answers.push(kernel.command(id, 'licence.paper-fallback', { for: 'PT2H' }))
      }
    })
    // Those whose own equipment is down as well are refused.
    expect(answers.filter((a) => a === null).length).toBeGreaterThan(points.length * 0.9)
    const obeying = new Set(points.filter((_, k) => answers[k] === null))
    const brought = told.filter(
      ({ subject, time, data }) =>
        obeying.has(subject) && Date.parse(time) > allDark && data.presented === 'e-license',
    )
    expect(brought.length).toBeGreaterThan(100)
    for (const { data, cause } of brought) {
      expect([data.outcome, cause]).toEqual(['fallback', undefined])
    }
  })

  it('leave online services alone, wherever the city is dark, and crowds leave all alone', () => {
    const { catalogue } = world
    const online = catalogue.ids.filter((_, n) =>
      ['app', 'mini-program', 'website'].includes(String(catalogue.attributes[n].type)),
    )
    const short = { ...run, from: '15:00', for: 'PT40M', scale: '0.05' }
    const everywhere = eventsOf(
      worldOf({ ...short, incidents: [dark({ district: '440100' })] }),
    ).filter(({ cause }) => cause !== undefined)
    expect(everywhere.length).toBeGreaterThan(50)
    expect(everywhere.filter(({ subject }) => online.includes(subject))).toEqual([])
    const crowded = worldOf({ ...short, incidents: [{ ...crowd, place: PLACE }] })
    expect(eventsOf(crowded).map(happening)).toEqual(eventsOf(worldOf(short)).map(happening))
  })
})
