// The reader of canonical bytes beside the reading of JSON: of every record, good or spoilt, both must say the same.
// `node test/processor/decode/differential.ts [records] [seed]` prints how many were compared; exit code 1 = a difference.
import type { LogRecord } from '../../../infra/event-log/event-log.ts'
import { below, type StreamWords, stream, uniform } from '../../../infra/random.ts'
import { CanonicalReader } from '../../../processor/decode/canonical-reader.ts'
import { RecordDecoder } from '../../../processor/decode/decode.ts'
import { Decoded } from '../../../processor/decode/decoded.ts'
import { compileRun, type DomainProgram } from '../../../processor/program/program.ts'
import { evaluate } from '../../../processor/task/evaluate.ts'
import { layerOf } from '../../../processor/task/layer.ts'
import { smallRun } from '../../audit/small-run.ts'

/** One topic-partition of a run, and its events as the producers wrote them. */
type Lane = { program: DomainProgram; partition: number; epoch: number; records: LogRecord[] }

export type Differences = {
  compared: number
  /** Of those: read from their bytes, and events in the end. */
  canonical: number
  events: number
  differences: string[]
}

const MOST_SHOWN = 10
const MOST_MISPLACED = 50
/** Values that are written otherwise, are others, or are none. */
const STRANGE = [
  ...['-0', '01', '1.0', '1.50', '1e3', '1E400', '-1', '0.1', '.5', '5.', '+1', '--1', '00'],
  ...['9007199254740993', '123456789012345', '1234567890123456', '0.30000000000000004', '1.7976'],
  ...['true', 'false', 'null', '"x"', '""', '[]', '{}', '[1]', 'NaN', '"\\u0061"', '"停"', '" "'],
]
const STRANGE_TIMES = ['24:00:00', '23:59:60', '12:60:00', '99:99:99', '1a:00:00']

/** A few minutes of every domain of a small city. */
export function lanesOfSmallCity(values: Record<string, string> = {}): Lane[] {
  const { world, lanes } = smallRun(values)
  const { descriptor, catalogue, city } = world
  const programs = compileRun(descriptor, catalogue, city)
  return [...lanes].map(([name, records]) => {
    const [domain, partition] = name.split('/')
    return {
      program: programs.get(domain)!,
      partition: Number(partition),
      epoch: 1,
      records: records.map((record, i) => ({ ...record, offset: BigInt(i) })),
    }
  })
}

/** All records as they are, some in the next lane, then spoilt ones until `count` have been compared. */
export function compareReaders(lanes: Lane[], count: number, seed: number): Differences {
  const words = stream(seed, 'differential', 'decode')
  const found: Differences = { compared: 0, canonical: 0, events: 0, differences: [] }
  const beside = lanes.map(comparing(found))
  lanes.forEach(({ records }, i) => {
    for (const record of records) beside[i](record)
    // Right, and in the wrong place: the assets of a topic-partition are its own.
    for (const record of records.slice(0, MOST_MISPLACED)) beside[(i + 1) % lanes.length](record)
  })
  while (found.compared < count) {
    const i = below(words, 0, lanes.length)
    const { records } = lanes[i]
    const record = records[below(words, 0, records.length)]
    const spoilt = { ...record, value: spoiltBytes(words, record.value!) }
    if (uniform(words, 0) < 0.05) spoilt.key = spoiltBytes(words, record.key ?? Buffer.from('x'))
    beside[i](spoilt)
  }
  return found
}

const comparing =
  (found: Differences) =>
  ({ program, partition, epoch }: Lane) => {
    const ways = [true, false].map((isCanonical) => {
      return new RecordDecoder(program, partition, isCanonical)
    })
    const canonical = new CanonicalReader(program, partition, new Decoded())
    return (record: LogRecord) => {
      const [fast, slow] = ways.map((decoder) => outcome(program, decoder.decode(record, epoch)))
      found.compared++
      if (record.key && record.value && canonical.read(record.value, record.key)) found.canonical++
      if (slow.startsWith('event')) found.events++
      if (fast === slow || found.differences.length >= MOST_SHOWN) return
      const text = `${record.key} ${record.value}`.slice(0, 800)
      found.differences.push(`${text}\n  from bytes ${fast}\n  from JSON  ${slow}`)
    }
  }

/** Everything that anybody reads of it, and what the measures and the map make of its data. */
function outcome(program: DomainProgram, got: Decoded): string {
  const { kind, reason, detail } = got
  if (kind === 'rejected') return `rejected ${reason}: ${detail}`
  if (kind === 'tick') return `tick ${got.time} ${JSON.stringify(got.tick)}`
  if (kind === 'run-started') return `run-started ${JSON.stringify(got.runStarted)}`
  const { event, time, number, local, seq, data } = got
  const scratch = new Float64Array(2 * program.measures.length)
  const inexact = evaluate(program.events[event], number, data, scratch)
  const shown = program.layer.on[event] ? layerOf(program.layer, data) : null
  // -0 is not 0.
  const sums = [...scratch].map((x) => (Object.is(x, -0) ? '-0' : String(x)))
  return `event ${[event, time, number, local, seq]} ${inexact} ${sums} ${JSON.stringify(shown)}`
}

/** A copy with one to three things changed, by bytes or by what stands in it. */
function spoiltBytes(words: StreamWords, value: Buffer): Buffer {
  let bytes = Buffer.from(value)
  for (let left = 1 + below(words, 0, 3); left > 0; left--) {
    bytes = Buffer.from(CHANGES[below(words, 0, CHANGES.length)](words, bytes))
  }
  return bytes
}

type Change = (words: StreamWords, bytes: Buffer) => Buffer
const at = (words: StreamWords, bytes: Buffer) => below(words, 0, bytes.length + 1)

/** Replaces one of the places that fit. */
const replacing =
  (pattern: RegExp, by: (words: StreamWords, found: string) => string): Change =>
  (words, bytes) => {
    const text = bytes.toString('latin1')
    const places = [...text.matchAll(pattern)]
    if (places.length === 0) return bytes
    const { 0: found, index } = places[below(words, 0, places.length)]
    const rest = text.slice(index + found.length)
    return Buffer.from(`${text.slice(0, index)}${by(words, found)}${rest}`, 'latin1')
  }

const oneOf = (list: string[]) => (words: StreamWords) =>
  Buffer.from(list[below(words, 0, list.length)]).toString('latin1')

const CHANGES: Change[] = [
  // Another byte, one less, one more, a piece twice, the end cut off, something behind the end.
  (words, bytes) => {
    if (bytes.length > 0) bytes[below(words, 0, bytes.length)] = below(words, 0, 256)
    return bytes
  },
  (words, bytes) => {
    const i = at(words, bytes)
    return Buffer.concat([bytes.subarray(0, i), bytes.subarray(i + 1)])
  },
  (words, bytes) => {
    const i = at(words, bytes)
    const more = Buffer.from([below(words, 0, 256)])
    return Buffer.concat([bytes.subarray(0, i), more, bytes.subarray(i)])
  },
  (words, bytes) => {
    const [from, to] = [at(words, bytes), at(words, bytes)].sort((a, b) => a - b)
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)])
  },
  (words, bytes) => bytes.subarray(0, at(words, bytes)),
  (words, bytes) =>
    Buffer.concat([bytes, Buffer.from(oneOf([' ', '\n', '}', '\0', ',{}'])(words))]),
  // White space, other numbers and words, other names, fields in another order or twice, letters as escapes.
  replacing(/[,:{}[\]]/g, (words, found) =>
    oneOf([` ${found}`, `${found}\t`, `${found}\n`])(words),
  ),
  replacing(/(?<=:)(-?[\d.]+|true|false|"[^"]*")(?=[,}])/g, oneOf(STRANGE)),
  replacing(/(?<=:)\d+(?=[,}])/g, (words) => String(below(words, 0, 200))),
  replacing(/\d/g, (words) => String(below(words, 0, 10))),
  replacing(/\d\d:\d\d:\d\d/g, oneOf(STRANGE_TIMES)),
  replacing(/\d{4}-\d\d-\d\d/g, oneOf(['2025-06-31', '2025-02-29', '2024-02-29', '2025-13-01'])),
  replacing(/"[a-zA-Z]+":/g, (_, found) => found.toUpperCase()),
  replacing(/(?<=")[a-z-]+(?=")/g, (words, found) =>
    oneOf([`${found}x`, '', found.slice(1)])(words),
  ),
  replacing(/("\w+":[^,{}[\]]+),("\w+":[^,{}[\]]+)/g, (_, found) => {
    const [one, other] = found.split(/,(?=")/)
    return `${other},${one}`
  }),
  replacing(/"\w+":[^,{}[\]]+(?=,)/g, (_, found) => `${found},${found}`),
  replacing(/[a-z]/g, (_, found) => `\\u00${found.charCodeAt(0).toString(16)}`),
  replacing(
    /","data":/g,
    oneOf(['","cause":"c-1","data":', '","cause":1,"data":', '","x":{},"data":']),
  ),
]

if (import.meta.main) {
  const [count = '1000000', seed = '1'] = process.argv.slice(2)
  const lanes = lanesOfSmallCity()
  const found = compareReaders(lanes, Number(count), Number(seed))
  const { compared, canonical, events, differences } = found
  for (const text of differences) console.error(text)
  console.log(
    `${compared} records in ${lanes.length} topic-partitions, seed ${seed}: ${events} events, ` +
      `${canonical} of them read from their bytes, ${differences.length} differences`,
  )
  if (differences.length > 0) process.exitCode = 1
}
