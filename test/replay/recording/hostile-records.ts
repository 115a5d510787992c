// Records as anybody may write them: null, empty, binary, odd JSON, duplicate header names; the same ones for the same seed.
import { below, pick, type StreamWords } from '../../../infra/random.ts'
import type { RecordedRecord } from '../../../replay/recording/line.ts'

const TEXTS = [
  ...[
    '',
    '{}',
    '[]',
    '{',
    '}',
    '[1.0,1e2,-0]',
    '{"a":1,"a":2}',
    '{"a":"\\ud800"}',
    '{"a":1e999}',
    ' {"a":1}',
    '{"a":1} ',
  ],
  ...[
    '{"a":\n1}',
    '{"a":1}\n',
    '{"a":\r1}',
    '\ufeff{"a":1}',
    'null',
    '"a"',
    '12',
    '{"a":"\u2028"}',
    '[[[[[[[[[[]]]]]]]]]]',
  ],
  ...[
    '{"n":7,"value":{}}',
    ',"enc":"json","n":1,"value":1',
    '{"a":",\\"enc\\":\\"b64\\",\\"n\\":1,\\"value\\":"}',
    '花城',
    '{"a":"花城 🌸"}',
  ],
  ...[
    '{"time":"2025-06-18T10:05:00.000Z"}',
    '{"time":"no time at all, but so long"}',
    'a,b\r\nc,d\r\n',
    '\u0000',
    '{"a":"\u007f"}',
  ],
]

export function hostileRecord(words: StreamWords, offset: bigint): RecordedRecord {
  const headers = Array.from(
    { length: Math.max(0, below(words, 0, 6) - 2) },
    (): [string, Buffer | null] => [
      pick(words, 0, ['a', 'a', '', '"', '花', 'content-type']),
      hostileBytes(words),
    ],
  )
  return {
    topic: pick(words, 0, ['city.parking', 'a', 'x_y-z.1']),
    partition: below(words, 0, 3),
    offset,
    timestamp: pick(words, 0, [-1, 0, 1_750_000_000_000, 1_750_000_000_001]),
    key: hostileBytes(words),
    value: hostileBytes(words),
    headers: headers.length > 0 ? headers : undefined,
  }
}

function hostileBytes(words: StreamWords): Buffer | null {
  switch (below(words, 0, 8)) {
    case 0:
      return null
    case 1:
      return Buffer.from(Array.from({ length: below(words, 0, 60) }, () => below(words, 0, 256)))
    case 2:
      return Buffer.from(pick(words, 0, TEXTS).slice(0, below(words, 0, 40)))
    case 3:
      return Buffer.from(`{"a":"${'花x'.repeat(below(words, 0, 300))}"}`)
    case 4:
      return Buffer.concat([Buffer.from(pick(words, 0, TEXTS)), Buffer.from([0xff])])
    default:
      return Buffer.from(pick(words, 0, TEXTS))
  }
}

/** What two records must have in common to be the same one. */
export const asText = ({
  topic,
  partition,
  offset,
  timestamp,
  key,
  value,
  headers,
}: RecordedRecord): string =>
  JSON.stringify([
    ...[topic, partition, String(offset), timestamp, hex(key), hex(value)],
    (headers ?? []).map(([name, it]) => [name, hex(it)]),
  ])

const hex = (bytes: Buffer | null) => (bytes === null ? null : bytes.toString('hex'))
