// Streams differ by seed, id and purpose, and by nothing else.
import { expect, it } from 'vitest'
import { nextWord, stream } from '../../infra/random.ts'

const draws = (seed: number, id: string, purpose: string) => {
  const words = stream(seed, id, purpose)
  return Array.from({ length: 8 }, () => nextWord(words, 0)).join()
}

it('draws alike for one seed, id and purpose, and otherwise for any other', () => {
  const usual = draws(1, 'a', 'arrival')
  expect(draws(1, 'a', 'arrival')).toBe(usual)
  const others = [draws(2, 'a', 'arrival'), draws(1, 'b', 'arrival'), draws(1, 'a', 'payload')]
  expect(new Set([usual, ...others]).size).toBe(4)
  // The three parts do not run into each other.
  expect(draws(1, 'ab', 'c')).not.toBe(draws(1, 'a', 'bc'))
})

it('draws what it always drew: bytes of every recorded run depend on it', () => {
  expect(draws(440100, 'sig-440103-00001', 'arrival')).toMatchInlineSnapshot(
    `"2882090179,3091226666,4113554164,833718454,2283929811,3931070747,3225674324,1844491457"`,
  )
})
