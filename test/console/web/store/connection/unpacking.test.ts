// Packed messages come out whole and in their order, also beside those that are not.
import { describe, expect, it } from 'vitest'
import { packed } from '../../../../../console/server/live/packing.ts'
import {
  type SocketData,
  Unpacking,
} from '../../../../../console/web/store/connection/unpacking.ts'

const asReceived = (bytes: Uint8Array) => Uint8Array.from(bytes).buffer

function reader() {
  const taken: SocketData[] = []
  const { promise, resolve } = Promise.withResolvers<unknown>()
  const unpacking = new Unpacking((message) => {
    taken.push(message)
    if (message === 'last') resolve(null)
    if (message === 'bad') throw new Error('bad')
  }, resolve)
  return { taken, unpacking, ended: promise }
}

describe('messages of a socket', () => {
  it('keep their order while one is unpacked', async () => {
    const { taken, unpacking, ended } = reader()
    const text = '花城'.repeat(2_000)
    unpacking.put('first')
    unpacking.put(asReceived(packed(text)))
    unpacking.put('between')
    unpacking.put(asReceived(packed(Uint8Array.of(4, 0, 9))))
    unpacking.put('last')
    expect(taken).toEqual(['first'])
    expect(await ended).toBe(null)
    expect(taken.map((it) => (typeof it === 'string' ? it : [...new Uint8Array(it)]))).toEqual([
      ...['first', text, 'between', [4, 0, 9], 'last'],
    ])
    unpacking.put('at once')
    expect(taken.at(-1)).toBe('at once')
  })

  it('say what is wrong with one that is not packed as it says', async () => {
    const { taken, unpacking, ended } = reader()
    unpacking.put(Uint8Array.of(3, 1, 0, 0, 255, 255, 255).buffer)
    expect(await ended).toBeInstanceOf(Error)
    expect(taken).toEqual([])
  })

  it('say what failed in taking one that waited', async () => {
    const { unpacking, ended } = reader()
    unpacking.put(asReceived(packed('first')))
    unpacking.put('bad')
    expect(await ended).toEqual(new Error('bad'))
  })
})
