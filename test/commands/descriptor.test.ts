// What a reader of Kafka alone learns of a city from the run's descriptor.
import { describe, expect, it } from 'vitest'
import { openWorld } from '../../commands/wiring/world.ts'
import { CITIES, smallOptions } from '../cities.ts'

describe.each(CITIES)('the descriptor of %s', (city) => {
  it('names every district that its assets lie in, the whole city first', () => {
    const { descriptor, city: seeds, catalogue } = openWorld(smallOptions(city), { truth: false })
    const names = new Map(descriptor.scopes?.map(({ code, name }) => [code, name]))
    expect([...names.keys()][0]).toBe(seeds.code)
    const used = new Set([...catalogue.district].map((index) => seeds.scopes[index].code))
    expect(used.size).toBeGreaterThan(1)
    for (const code of used)
      expect(names.get(code)).toEqual({ zh: expect.any(String), en: expect.any(String) })
  })
})
