// Every city's own codes have words in both languages: what its assets are, what its services are called.
import { describe, expect, it } from 'vitest'
import { openWorld } from '../../commands/wiring/world.ts'
import type { Declaration } from '../../producers/contract/declaration.ts'
import { LICENCES } from '../../producers/domains/e-license/words.ts'
import type { Text } from '../../seeds/contract.ts'
import { CITIES, smallOptions } from '../cities.ts'

/** As a person would not write it; `c0012` and `feeder-012-3` number a thing, and are its name. */
const CODE = /^([a-z]+(-[a-z]+)*|[A-Z]|[a-z]+-\d\d)$/
/** What names an asset that stands nowhere, its unit and its target: the asset's name and the plan have the words. */
const NAMES = ['slug', 'unit', 'target']

const inBoth = (text: Text | undefined) => Boolean(text?.zh && text.en)

describe.each(CITIES)('words of %s', (city) => {
  const { catalogue, descriptor, city: world } = openWorld(smallOptions(city), { truth: false })

  function wordsOf({ events, attributes }: Declaration, name: string) {
    return attributes?.[name] ?? events.find((e) => e.fields[name])?.fields[name]
  }

  it('name every attribute of its assets, and every code in one', () => {
    const missing = new Set<string>()
    for (const declaration of Object.values(descriptor.declarations)) {
      const { from, to } = catalogue.ranges[declaration.domain]
      for (let number = from; number < to; number++) {
        for (const [name, value] of Object.entries(catalogue.attributes[number])) {
          const words = wordsOf(declaration, name)
          if (!inBoth(words?.label)) missing.add(`${declaration.domain}: ${name}`)
          const isCode = typeof value === 'string' && CODE.test(value) && !NAMES.includes(name)
          if (isCode && !inBoth(words?.values?.[value]))
            missing.add(`${declaration.domain}: ${name} = ${value}`)
        }
      }
    }
    expect([...missing]).toEqual([])
  })

  it('name its services as its file does, and the licences that these ask for', () => {
    const { services } = world.domainParameters['e-license'] as {
      services: { code: string; label: { zh: string; en: string }; licences: string[] }[]
    }
    const { fields } = descriptor.declarations['e-license'].events[0]
    for (const { code, label, licences } of services) {
      expect(fields.service.values?.[code]).toEqual(label)
      for (const licence of licences) expect(Object.keys(LICENCES)).toContain(licence)
    }
  })
})
