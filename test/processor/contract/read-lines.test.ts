// Lines of another engine: what is none is named, and a window is a final as soon as all its scopes have come.
import { describe, expect, it } from 'vitest'
import {
  besideFault,
  createLineReader,
  isLine,
  LineWindows,
  lineFault,
  type PartialWindow,
  type ReadingLine,
} from '../../../processor/contract/read-lines.ts'
import { runFacts } from '../../../processor/contract/run-facts.ts'
import { city, descriptor, reading, START } from '../../console/server/small-city.ts'
import { lineKey, linesOf } from '../../reading-lines.ts'

const facts = runFacts(3, descriptor, city)
const read = createLineReader()
const [line] = linesOf(reading(3, 0, 0.5), descriptor.run)
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value))
const keyed = (value: ReadingLine) => ({ key: Buffer.from(lineKey(value)), value: bytes(value) })

describe('a line of another engine', () => {
  it('is known by its key, whatever order its fields have', () => {
    const { run, kpi, scope, window_start } = line
    const key = bytes({ window_start, scope, kpi, run })
    expect(isLine({ key })).toBe(true)
    expect(isLine({ key: Buffer.from('3|lamp.coverage') })).toBe(false)
    expect(isLine({ key: null })).toBe(false)
    expect(read({ key, value: bytes(line) })).toEqual({ value: line })
  })

  it.each<[string, string, Buffer | null]>([
    ['null', 'nothing', null],
    ['not-json', 'half a line', bytes(line).subarray(0, 40)],
    ['not-utf8', 'bytes', Buffer.from([0xff, 0xfe])],
    ['too-large', '17 kB', bytes({ ...line, more: 'x'.repeat(17_000) })],
    ['too-deep', 'nests', bytes({ ...line, more: [[[1]]] })],
    ['schema', 'a list', bytes([line])],
    ['schema', 'a text for a number', bytes({ ...line, value: '0.5' })],
    ['schema', 'no numerator', bytes({ ...line, numerator: undefined })],
    ['schema', 'half an asset', bytes({ ...line, n: 1.5 })],
    ['schema', 'fewer than none', bytes({ ...line, n: -1 })],
    ['schema', 'no run', bytes({ ...line, run: 'mine' })],
    ['schema', 'no district', bytes({ ...line, scope: 'all' })],
  ])('is refused as %s: %s', (reason, _, value) => {
    expect(read({ key: keyed(line).key, value }).fault?.reason).toBe(reason)
  })

  it.each<[string, Buffer | null]>([
    ['none', null],
    ['no JSON', Buffer.from('{"run":')],
    ['another scope', keyed({ ...line, scope: '990002' }).key],
    ['a field less', bytes({ run: line.run, kpi: line.kpi, scope: line.scope })],
    ['a field more', bytes({ ...JSON.parse(lineKey(line)), more: 1 })],
    ['null', Buffer.from('null')],
  ])('is refused with a key that is not its own: %s', (_, key) => {
    expect(read({ key, value: bytes(line) }).fault).toEqual({
      reason: 'key',
      detail: `another key than its value's, expected ${lineKey(line)}`,
    })
  })

  it.each<[string, Partial<ReadingLine>]>([
    ['kpi: "lamp.price", expected one that the run declares', { kpi: 'lamp.price' }],
    [
      'scope: "990009", expected one of lamp.coverage\'s: 990000, 990001, 990002',
      { scope: '990009' },
    ],
    ['n: 9007199254740992, expected below 2^53', { n: 2 ** 53 }],
    ['denominator: null, expected a number for a share', { denominator: null }],
    ['start: "2025-06-18T08:30:30.000Z"', { window_start: '2025-06-18T08:30:30.000Z' }],
    ['start: "yesterday"', { window_start: 'yesterday' }],
    ['end: "2025-06-18T08:32:00.000Z"', { window_end: '2025-06-18T08:32:00.000Z' }],
  ])('that the run cannot have says so: %s', (detail, change) => {
    const fault = lineFault(facts, { ...line, ...change })
    expect(fault?.reason).toBe('bounds')
    expect(fault?.detail).toContain(detail)
    expect(lineFault(facts, line)).toBeNull()
  })

  it('does not stand beside readings of the processor', () => {
    expect(besideFault('flink-sql', 'flink-sql')).toBeNull()
    expect(besideFault('processor', 'flink-sql')).toEqual({
      reason: 'foreign',
      detail: 'a reading of flink-sql in a topic of processor, expected one engine a run',
    })
  })
})

describe('the lines of a window', () => {
  const window = (k: number, value = 0.5) => linesOf(reading(3, k, value), descriptor.run)
  /** In the processor's own, the truth is compared. */
  const final = (k: number, value = 0.5) => reading(3, k, value, { truth: null })

  it('are a final, unchanged and the whole city first, when the last scope has come', () => {
    const windows = new LineWindows(facts)
    const [whole, east, west] = window(0)
    expect(windows.put(west).final).toBeNull()
    expect(windows.put(whole).final).toBeNull()
    expect(windows.partial()).toMatchObject([{ kpi: 'lamp.coverage', window: { start: START } }])
    const taken = windows.put(east)
    expect(JSON.stringify(taken.final)).toBe(JSON.stringify(final(0)))
    expect(windows.partial()).toEqual([])
  })

  it('that come once more say nothing new, and those that say something else are named', () => {
    const windows = new LineWindows(facts)
    for (const it of window(0)) windows.put(it)
    for (const it of window(0)) expect(windows.put(it)).toEqual({ final: null, rewritten: null })
    const { final: changed, rewritten } = windows.put({ ...window(0)[1], value: 0.3 })
    expect(changed?.scopes['990001'].value).toBe(0.3)
    expect(rewritten).toBe('{"value":0.25,"numerator":0.25,"denominator":1,"n":50}')
  })

  it('of more windows than are held give up the one that came first, and say when it was not whole', () => {
    const windows = new LineWindows(facts, 2)
    const lost: PartialWindow[] = []
    const put = (of: ReadingLine[]) => of.map((it) => windows.put(it, (w) => lost.push(w)))
    put(window(5))
    put(window(0).slice(1))
    put(window(1))
    expect(lost).toEqual([])
    expect(put(window(2)).at(-1)?.final).toEqual(final(2))
    expect(lost).toEqual([{ kpi: 'lamp.coverage', start: START, scopes: 2, of: 3 }])
  })
})
