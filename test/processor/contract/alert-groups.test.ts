// Groups of alerts: next to each other and soon after one another; the same whatever the order; and what borders on what.
import { describe, expect, it } from 'vitest'
import { below, pick, stream } from '../../../infra/random.ts'
import { isoTime, MINUTE_MS } from '../../../infra/time.ts'
import { groupAlerts } from '../../../processor/contract/alert-groups.ts'
import { neighboursOf } from '../../../processor/contract/neighbours.ts'
import { loadCity } from '../../../seeds/load/city.ts'
import { CITY as LAMPVILLE } from '../lamp.ts'

const city = loadCity('guangzhou')
const START = Date.parse('2025-06-11T07:00:00.000Z')
const [YUEXIU, TIANHE, HAIZHU, NANSHA] = ['440104', '440106', '440105', '440115']

const alert = (id: string, scope: string, minute: number) => ({
  ...{ id, scope, openedAt: isoTime(START + minute * MINUTE_MS) },
})
const groups = (...alerts: ReturnType<typeof alert>[]) =>
  Object.fromEntries(groupAlerts(alerts, city))

describe('neighbours', () => {
  it('share a border on the city’s map, both ways', () => {
    const found = neighboursOf(city)
    expect(found.size).toBe(city.districts.length)
    expect([...found.get(NANSHA)!]).toEqual(['440113'])
    expect([...found.get(YUEXIU)!]).toEqual(['440103', '440105', '440106', '440111'])
    for (const [code, others] of found) {
      for (const other of others) expect(found.get(other)!.has(code)).toBe(true)
    }
  })

  it('are none of a city without a map', () => {
    const sizes = [...neighboursOf(LAMPVILLE).values()].map(({ size }) => size)
    expect(sizes.every((size) => size === 0)).toBe(true)
  })
})

describe('groups of alerts', () => {
  it('go from district to district, and are called by the first', () => {
    const storm = [alert('a', YUEXIU, 0), alert('b', HAIZHU, 25), alert('c', TIANHE, 50)]
    expect(groups(...storm)).toEqual({ a: 'a', b: 'a', c: 'a' })
  })

  it('end where nothing near opened for half an hour', () => {
    expect(groups(alert('a', YUEXIU, 0), alert('b', YUEXIU, 30))).toEqual({ a: 'a', b: 'a' })
    expect(groups(alert('a', YUEXIU, 0), alert('b', YUEXIU, 31))).toEqual({ a: 'a', b: 'b' })
    expect(groups(alert('a', YUEXIU, 0), alert('b', NANSHA, 1))).toEqual({ a: 'a', b: 'b' })
  })

  it('take the city’s own alerts, and whatever comes after one', () => {
    const mixed = [alert('a', YUEXIU, 0), alert('b', city.code, 5), alert('c', NANSHA, 10)]
    expect(groups(...mixed)).toEqual({ a: 'a', b: 'a', c: 'a' })
  })

  it('take an alert that is near two of them into the one that grew last', () => {
    const two = [alert('a', YUEXIU, 0), alert('b', NANSHA, 5), alert('c', city.code, 6)]
    expect(groups(...two)).toEqual({ a: 'a', b: 'b', c: 'b' })
  })

  it('hold for any alerts, in any order', () => {
    const draws = stream(3, 'alert-groups', 'test')
    const neighbours = neighboursOf(city)
    const codes = city.scopes.map(({ code }) => code)
    for (let round = 0; round < 200; round++) {
      const alerts = Array.from({ length: 1 + below(draws, 0, 30) }, (_, k) =>
        alert(`a-${k}`, pick(draws, 0, codes), below(draws, 0, 300)),
      )
      const found = groupAlerts(alerts, city)
      expect(groupAlerts(alerts.toReversed(), city)).toEqual(found)
      expect(found.size).toBe(alerts.length)
      const byId = new Map(alerts.map((one) => [one.id, one]))
      for (const [id, group] of found) {
        expect(found.get(group)).toBe(group)
        const [own, first] = [byId.get(id)!, byId.get(group)!]
        expect(first.openedAt <= own.openedAt).toBe(true)
        if (id === group) continue
        const nearBefore = alerts.filter(
          (other) =>
            other !== own &&
            found.get(other.id) === group &&
            other.openedAt <= own.openedAt &&
            (own.scope === city.code ||
              [own.scope, city.code].includes(other.scope) ||
              neighbours.get(own.scope)!.has(other.scope)),
        )
        expect(nearBefore, `${id} in ${group}`).not.toEqual([])
      }
    }
  })
})
