// Domains that claim one place: all clashes at once, each with the other domain and what is free.
import { describe, expect, it } from 'vitest'
import { openWorld } from '../../../commands/wiring/world.ts'
import { collector } from '../../../infra/problem.ts'
import type { Declaration } from '../../../producers/contract/declaration.ts'
import { checkPlaces, freePlaces } from '../../../producers/contract/declared-places.ts'
import { domains } from '../../../producers/domains.ts'
import { SMALL_CITY } from '../../cities.ts'

const declarations = domains.map(({ declaration }) => declaration)
const free = freePlaces(declarations)

function clashesOf(list: Declaration[]): string[] {
  const problems = collector()
  checkPlaces(list, problems)
  return problems.found
}

/** As parking, but for its name, its event types and what is changed. */
function another(change: (copy: Declaration) => void = () => {}): Declaration {
  const parking = declarations.find(({ domain }) => domain === 'parking')!
  const copy = structuredClone(JSON.parse(JSON.stringify(parking))) as Declaration
  copy.domain = 'ferry'
  for (const event of copy.events) event.type = `city.ferry.${event.name}.v1`
  for (const measure of copy.measures) delete measure.headline
  Object.assign(copy.layer, { order: free.order, shape: free.shape })
  change(copy)
  return copy
}

describe('the places of declarations', () => {
  it('clash nowhere among the domains that there are, nor with one that takes the free ones', () => {
    expect(clashesOf(declarations)).toEqual([])
    const measured = another((copy) => (copy.measures[0].headline = free.headline))
    expect(clashesOf([...declarations, measured])).toEqual([])
    expect(freePlaces([...declarations, measured])).toEqual({
      headline: free.headline + 1,
      order: free.order + 1,
      shape: expect.not.stringMatching(`^${free.shape}$`),
    })
  })

  it.each<[string, (copy: Declaration) => void, string]>([
    [
      'a headline rank',
      (copy) => (copy.measures[0].headline = 4),
      `measure ferry.coverage headline: 4, which parking has, expected ${free.headline}, the next free`,
    ],
    [
      'an order',
      (copy) => (copy.layer.order = 2),
      `layer of ferry order: 2, which parking has, expected ${free.order}, the next free`,
    ],
    [
      'a shape',
      (copy) => (copy.layer.shape = 'square'),
      `layer of ferry shape: "square", which parking has, expected ${free.shape}`,
    ],
    [
      'an event type',
      (copy) => (copy.events[0].type = 'city.parking.entry.v1'),
      'event entry of ferry type: "city.parking.entry.v1", a type of parking, expected "city.ferry.entry.v1"',
    ],
    [
      'no order though it is drawn',
      (copy) => (copy.layer.order = null),
      `layer of ferry order: null, expected ${free.order}`,
    ],
  ])('are refused to a second domain: %s', (_, change, expected) => {
    expect(clashesOf([...declarations, another(change)])).toEqual([expected])
  })

  it('are checked when the world opens, all at once', () => {
    const parking = domains.find(({ declaration }) => declaration.domain === 'parking')!
    const declaration = another((copy) => {
      copy.layer.order = 2
      copy.layer.shape = 'square'
    })
    const open = () =>
      openWorld(
        { city: SMALL_CITY },
        { truth: false, domains: [...domains, { ...parking, declaration }] },
      )
    expect(open).toThrow(/layer of ferry order: 2.*\n.*layer of ferry shape: "square"/)
  })
})
