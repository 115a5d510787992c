// JSON as anybody may send it: messages of ours, mutated where it hurts, from a seed.
import { below, pick, type StreamWords } from '../../infra/random.ts'

const LONG_AGO = '1999-12-31T16:00:00.000Z'

/** What the page and scripts send when they mean well. */
const MEANT_WELL = [
  { op: 'ack', seq: 1 },
  { op: 'subscribe', maxHz: 10, frames: true },
  { op: 'cmd', id: 'x', name: 'clock.pause', args: {} },
  { op: 'cmd', id: 'x', name: 'clock.speed', args: { speed: 30 } },
  // At moments that are refused: what the city would need to go there must not look like a leak.
  { op: 'cmd', id: 'x', name: 'clock.pause', args: { at: LONG_AGO } },
  { op: 'cmd', id: 'x', name: 'clock.jump', args: { to: LONG_AGO, hold: true } },
  { op: 'cmd', id: 'x', name: 'run.restart', args: { at: 'PT99999H', hold: true } },
  { op: 'stage', cue: 999, blank: true },
  { op: 'stage', cue: 999, restart: false },
  { op: 'cmd', id: 'x', name: 'no.such', target: 'nobody', args: { a: { b: [1] } } },
]

/** Texts that stand where a value stood. */
const VALUES: ((words: StreamWords) => string)[] = [
  (words) => nested('[', ']', 1 + below(words, 0, 7_000)),
  (words) => nested('{"a":', '}', 1 + below(words, 0, 2_500)),
  (words) => '['.repeat(1 + below(words, 0, 15_000)),
  () => '1e999',
  () => '-1e999',
  () => '-0',
  () => `1${'0'.repeat(400)}`,
  () => `0.${'0'.repeat(400)}1`,
  () => 'NaN',
  () => 'null',
  () => 'true',
  () => '""',
  () => '[]',
  () => '{}',
  () => '"__proto__"',
  () => '"\\ud800"',
  () => '"\\u0000"',
  (words) => JSON.stringify('城'.repeat(below(words, 0, 6_000))),
  (words) => JSON.stringify('x'.repeat(below(words, 0, 40_000))),
  (words) => `[${'0,'.repeat(below(words, 0, 7_000))}0]`,
]

const KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'op', 'id', '']

const MUTATIONS: ((words: StreamWords, text: string) => Buffer)[] = [
  (words, text) => Buffer.from(withValue(words, text)),
  (words, text) => Buffer.from(withValue(words, withValue(words, text))),
  (words, text) => Buffer.from(withKey(words, text)),
  (words, text) => Buffer.from(text.slice(0, below(words, 0, text.length))),
  (_words, text) => Buffer.from(text + text),
  (_words, text) => Buffer.from(`\uFEFF${text}`),
  (words, text) => {
    const keys = Array.from({ length: below(words, 0, 2_000) }, (_, i) => `"k${i}":${i}`)
    return Buffer.from(`{${[...keys, text.slice(1)].join(',')}`)
  },
  (words, text) => damaged(words, Buffer.from(text)),
  (words) => Buffer.from(Array.from({ length: below(words, 0, 300) }, () => below(words, 0, 256))),
  (words) => Buffer.alloc(below(words, 0, 70_000), 0x5b),
  (_words, text) => Buffer.from(text),
]

/** One of these messages, or what became of it. */
export function hostileJson(words: StreamWords, meantWell: object[] = MEANT_WELL): Buffer {
  const text = JSON.stringify({ ...pick(words, 0, meantWell), id: `h-${below(words, 0, 1e9)}` })
  return pick(words, 0, MUTATIONS)(words, text)
}

export const hostileText = (words: StreamWords): string => hostileJson(words).toString('latin1')

const nested = (open: string, close: string, levels: number) =>
  `${open.repeat(levels)}1${close.repeat(levels)}`

/** Puts another value in the place of one; which one is chance. */
function withValue(words: StreamWords, text: string): string {
  const places = [...text.matchAll(/:("[^"]*"|[\d.]+|true|\{\}|\[1\])/g)]
  if (places.length === 0) return pick(words, 0, VALUES)(words)
  const { index, 0: found } = pick(words, 0, places)
  return `${text.slice(0, index)}:${pick(words, 0, VALUES)(words)}${text.slice(index + found.length)}`
}

function withKey(words: StreamWords, text: string): string {
  const at = pick(words, 0, [...text.matchAll(/\{/g)]).index + 1
  const value = pick(words, 0, ['{"polluted":true}', '1', 'null', '[[]]'])
  return `${text.slice(0, at)}"${pick(words, 0, KEYS)}":${value},${text.slice(at)}`
}

/** Bytes that are no UTF-8, or no JSON any more. */
function damaged(words: StreamWords, bytes: Buffer): Buffer {
  for (let i = 0; i < 1 + below(words, 0, 4); i++) {
    bytes[below(words, 0, bytes.length)] = 0x80 + below(words, 0, 0x80)
  }
  return bytes
}
