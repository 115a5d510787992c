// Bytes and keys for other people's pipelines.
import { describe, expect, it } from 'vitest'
import { foreignShape } from '../../../load/generate/foreign.ts'

const event = {
  specversion: '1.0',
  id: 'a-1:7',
  source: '/huacheng/r/x',
  type: 'x.v1',
  subject: 'a-1',
  time: '2025-06-18T09:00:00.000Z',
  seq: 7,
  district: '1',
  data: { level: 3, state: 'on' },
}
const record = {
  key: Buffer.from('a-1'),
  value: Buffer.from(JSON.stringify(event)),
  timestamp: 5,
}
const own = { partitions: 12, seed: 1, worker: 0 }
const textOf = (options: object) =>
  foreignShape({ ...own, ...options })!
    .shape(record, 3)
    .record.value!.toString()

describe('a foreign shape', () => {
  it('is none where nothing is asked for', () => {
    expect(foreignShape({ ...own, pad: 0, flat: false })).toBeNull()
  })

  it('pads to the byte, as JSON that says the same', () => {
    const value = textOf({ pad: 1024 })
    expect(value).toHaveLength(1024)
    const { pad: _, ...rest } = JSON.parse(value)
    expect(rest).toEqual(event)
    expect(textOf({ pad: 10 })).toBe(JSON.stringify(event))
  })

  it('is flat: the data beside the id, which comes first', () => {
    const value = textOf({ flat: true })
    expect(value.startsWith('{"id":"a-1:7"')).toBe(true)
    expect(JSON.parse(value)).toMatchObject({ id: 'a-1:7', level: 3, state: 'on' })
    expect(value).not.toContain('"data"')
  })

  it('keeps key and partition without a skew; with one they are hot, and the same again', () => {
    const plain = foreignShape({ ...own, flat: true })!.shape(record, 3)
    expect([plain.record.key, plain.partition]).toEqual([record.key, 3])
    const drawn = () => {
      const shape = foreignShape({ ...own, skew: 1.1 })!
      return Array.from({ length: 1000 }, () => shape.shape(record, 3).record.key!.toString())
    }
    const keys = drawn()
    expect(drawn()).toEqual(keys)
    const most = keys.filter((key) => key === 'key-00000').length
    expect(most).toBeGreaterThan(100)
    expect(new Set(keys).size).toBeGreaterThan(200)
  })

  it('says where the id begins, whatever else it does', () => {
    for (const options of [{ flat: true }, { pad: 900 }, { flat: true, pad: 900 }]) {
      const shape = foreignShape({ ...own, ...options })!
      const value = shape.shape(record, 0).record.value!.toString()
      expect(value.slice(shape.idAt).split('"')[0]).toBe('a-1:7')
    }
  })
})
