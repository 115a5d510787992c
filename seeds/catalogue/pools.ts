// Pools of made-up company names and type codes, built once by faker: never places or addresses.
import { faker } from '@faker-js/faker/locale/en'
import { nextWord, stream } from '../../infra/random.ts'

/** `size` distinct company names; each (seed, name) pool is its own, so that adding one changes no other. */
export function companyPool(seed: number, name: string, size: number): string[] {
  return distinct(seed, name, size, () => faker.company.name())
}

/** `size` distinct type codes such as `SC-482K`. */
export function modelPool(seed: number, name: string, size: number, prefix: string): string[] {
  return distinct(seed, name, size, () => {
    const letter = faker.string.alpha({ casing: 'upper' })
    return `${prefix}-${faker.string.numeric({ length: 3, allowLeadingZeros: false })}${letter}`
  })
}

function distinct(seed: number, name: string, size: number, make: () => string): string[] {
  faker.seed(nextWord(stream(seed, name, 'pool'), 0))
  const made = new Set<string>()
  while (made.size < size) made.add(make())
  return [...made]
}
