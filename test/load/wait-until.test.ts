// The one way of waiting: as short as it can be, and with what was seen last when it was in vain.
import { describe, expect, it } from 'vitest'
import { waitUntil } from '../../load/wait-until.ts'

describe('waiting', () => {
  it('ends as soon as it is so, whatever was seen before', async () => {
    const seen = [false, undefined, 'a text', true, false]
    await waitUntil('the fourth', async () => seen.shift())
    expect(seen).toEqual([false])
  })

  it('goes on after an error, thrown or rejected', async () => {
    let looks = 0
    await waitUntil('the third', () => {
      looks++
      if (looks === 1) throw new Error('not there')
      return looks === 2 ? Promise.reject(new Error('not there either')) : true
    })
    expect(looks).toBe(3)
  })

  it('in vain says what was waited for, how long, and what was seen last', async () => {
    const looks = [async () => 'lag 3', () => Promise.reject(new Error('HTTP 503')), () => false]
    const texts = looks.map((look) =>
      waitUntil('lag 0', look, 20).catch((error: Error) => error.message),
    )
    expect(await Promise.all(texts)).toEqual([
      'lag 0: not within 0.02 s; last: lag 3',
      'lag 0: not within 0.02 s; last: HTTP 503',
      'lag 0: not within 0.02 s; last: false',
    ])
  })
})
