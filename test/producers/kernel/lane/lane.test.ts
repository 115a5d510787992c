// A lane's records stay as they were written, whatever their letters weigh and wherever a buffer ends.
import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { EventLane } from '../../../../producers/kernel/lane/lane.ts'

it('holds and hashes every byte of texts whose letters take three bytes, over many buffers', () => {
  const lane = new EventLane('lamp', 0)
  const texts = Array.from(
    { length: 60 },
    (_, i) => `{"specversion":"1.0","id":"lamp-${i}:1","x":"${'花'.repeat(5_000 + 97 * i)}"}`,
  )
  for (const text of texts) lane.event(text, 6, 0, 0, null)
  lane.tick(0, (chain) => chain)
  const values = lane.drain().map((r) => r.value!.toString('utf8'))
  expect(values.slice(0, -1)).toEqual(texts)
  const lines = texts.map((text) => `${text}\n`).join('')
  const chain = createHash('sha256').update(Buffer.alloc(32)).update(lines).digest('hex')
  expect(values.at(-1)).toBe(chain)
})
