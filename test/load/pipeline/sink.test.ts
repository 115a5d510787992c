// Events met again at a pipeline's far end.
import { describe, expect, it } from 'vitest'
import type { LogRecord } from '../../../infra/event-log/event-log.ts'
import { isFollowed } from '../../../load/pipeline/followed.ts'
import { idReader } from '../../../load/pipeline/match-path.ts'
import { Sink } from '../../../load/pipeline/sink.ts'

const record = (value: string, more: Partial<LogRecord> = {}): LogRecord => ({
  ...{ key: Buffer.from('k'), value: Buffer.from(value), timestamp: 0, offset: 0n, ...more },
})
const met = (...ids: string[]) => ({ records: ids.map((id) => record(JSON.stringify({ id }))) })

describe('a sink', () => {
  it('counts from the intended time, loses what does not come, and sees what comes twice', () => {
    const sink = new Sink(idReader('$.id'), 1)
    sink.sent('a', 1000, true)
    sink.sent('b', 1000, true)
    sink.sent('c', 1000, true)
    sink.take(met('a', 'b'), 1250)
    sink.take(met('a'), 1300)
    sink.take({ records: [record('{"other":1}')] }, 1300)
    expect(sink.open).toBe(1)
    const { latency, counts } = sink.finish()
    expect(counts).toEqual({ sent: 3, seen: 2, lost: 1, duplicates: 1, withoutId: 1 })
    expect(Math.round(latency.quantile(1)!)).toBe(250)
  })

  it('meets an event before it heard of its send', () => {
    const sink = new Sink(idReader('$.id'), 1)
    sink.take(met('a'), 1040)
    sink.sent('a', 1000, true)
    const { latency, counts } = sink.finish()
    expect([counts.seen, counts.lost, Math.round(latency.max()!)]).toEqual([1, 0, 40])
  })

  it('leaves the warm-up out', () => {
    const sink = new Sink(idReader('$.id'), 1)
    sink.sent('a', 0, false)
    sink.take(met('a'), 10)
    expect(sink.finish().counts).toMatchObject({ sent: 0, seen: 0, lost: 0 })
  })

  it('follows about one of so many ids, the same ones at both ends', () => {
    const ids = Array.from({ length: 20_000 }, (_, i) => `unit-44-${i % 997}:${i}`)
    const share = ids.filter((id) => isFollowed(id, 10)).length / ids.length
    expect(share).toBeGreaterThan(0.09)
    expect(share).toBeLessThan(0.11)
    const sink = new Sink(idReader('$.id'), 10)
    sink.take(met(...ids), 5)
    for (const id of ids) if (isFollowed(id, 10)) sink.sent(id, 0, true)
    const { counts } = sink.finish()
    expect(counts.seen).toBe(counts.sent)
    expect(counts.lost).toBe(0)
  })
})

describe('--match', () => {
  it.each([
    ['$.id', '{"id":"x"}', 'x'],
    ['$.a.b-c', '{"a":{"b-c":7}}', '7'],
    ["$.a['b c'][1]", '{"a":{"b c":["n","y"]}}', 'y'],
    ['$.id', '{"id":null}', null],
    ['$.a.b', '{"a":3}', null],
    ['$.id', 'no json', null],
    ['key', '{}', 'k'],
    ['header:event-id', '{}', 'h'],
    ['header:other', '{}', null],
  ])('%s in %s', (match, value, id) => {
    const headers: LogRecord['headers'] = [['event-id', Buffer.from('h')]]
    expect(idReader(match)(record(value, { headers }))).toBe(id)
  })

  it.each(['id', '$', '$.', 'header:', '$.a..b'])('%s is refused', (match) => {
    expect(() => idReader(match)).toThrow(/--match: ".*", expected a path such as \$\.id/)
  })
})
