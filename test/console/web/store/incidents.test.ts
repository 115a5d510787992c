// A line that is proposed for an incident: along the longest of the greatest roads, in few points.
import { describe, expect, it } from 'vitest'
import type { CityView } from '../../../../console/messages.ts'
import { proposedRoute } from '../../../../console/web/store/incidents.ts'

const cityOf = (roads: [number, number][][], classes: string[]) =>
  ({ roads, roadInfo: classes.map((c) => ({ class: c })) }) as unknown as CityView

const long: [number, number][] = Array.from({ length: 31 }, (_, k) => [113 + k / 100, 23])
const short: [number, number][] = [
  [113, 23.1],
  [113.05, 23.1],
]

describe('a proposed line', () => {
  it('follows the longest trunk road from end to end in six points', () => {
    const route = proposedRoute(cityOf([short, long, long], ['trunk', 'trunk', 'local']))
    expect(route).toHaveLength(6)
    expect([route[0], route[5]]).toEqual([long[0], long[30]])
  })

  it('takes a trunk road before a longer lesser one', () => {
    expect(proposedRoute(cityOf([long, short], ['local', 'trunk']))).toEqual(short)
  })

  it('is another road where there is none of these, and nothing where there are no roads', () => {
    expect(proposedRoute(cityOf([short], ['local']))).toEqual(short)
    expect(proposedRoute(cityOf([], []))).toEqual([])
  })
})
