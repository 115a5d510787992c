// Unexpected records that anybody may write to `command` and `run`: seeded, of every kind that was met or thought of.
import type { NewRecord } from '../../infra/event-log/event-log.ts'
import type { Chance } from '../simulation/chance.ts'

const WORDS = ['hello', '"hello"', 'null', '[]', '{}', '0', 'true', '{"id":', '\ufeff{}', 'NaN']
const KEYS = ['0|horizon|0', '0|command|x|0', '0|progress|0', '0|progress|99', '0|conductor|z']
const MORE_KEYS = [
  '0|end|0',
  '0|end|9',
  '7|horizon|7',
  'descriptor|r-0123456789ab|z',
  'hello',
  '|',
  '',
]
/** Names without effect on the clock (with what comes with them here), so that the city can be asked for something afterwards. */
const NAMES = [
  'lamp.off',
  'clock.speed',
  'clock.jump',
  'clock.pause',
  'run.restart',
  'clock.',
  'run.',
  'run.explode',
  '__proto__',
]
const VALUES = [
  1e308,
  -1,
  0,
  null,
  true,
  '',
  'max ',
  '9999-12-31T23:59:59.999Z',
  [],
  {},
  'x'.repeat(200),
]

const deep = (levels: number, open: string, close: string) =>
  `${open.repeat(levels)}1${close.repeat(levels)}`

function randomBytes(chance: Chance): Buffer {
  return Buffer.from(Array.from({ length: chance.below(200) }, () => chance.below(256)))
}

function anything(chance: Chance): unknown {
  if (chance.of(0.3)) return { a: anything(chance) }
  return chance.pick(VALUES)
}

/** Looks like a command, and something in it is not right. */
function nearlyCommand(chance: Chance, n: number): object {
  const id = chance.pick([
    `h-${n}`,
    `h-${n}`,
    `h-${n}`,
    '',
    'a|b',
    'x'.repeat(500),
    5,
    null,
    '../..',
  ])
  const args = chance.of(0.5)
    ? { [chance.pick(['speed', 'to', 'for', 'at', '__proto__', 'x'])]: anything(chance) }
    : chance.pick([null, [], 'x', 5, { speed: 1e308 }, { to: '2025-02-30T00:00:00Z' }])
  const name = chance.pick([...NAMES, 5, null, 'x'.repeat(5_000)])
  return {
    id,
    name,
    args,
    by: chance.pick(['x', 5, null]),
    target: chance.pick([null, 5, 'lamp-0']),
  }
}

function textOf(chance: Chance, n: number): string {
  if (chance.of(0.3)) return chance.pick(WORDS)
  if (chance.of(0.2)) return deep(5_000, '[', ']')
  if (chance.of(0.1)) return deep(5_000, '{"args":', '}')
  if (chance.of(0.05)) return JSON.stringify({ id: `h-${n}`, args: 'x'.repeat(100_000) })
  return JSON.stringify(nearlyCommand(chance, n))
}

export function hostileCommand(chance: Chance, n: number): NewRecord {
  const value = chance.of(0.1) ? randomBytes(chance) : Buffer.from(textOf(chance, n))
  const key = chance.pick([null, Buffer.from(`h-${n}`), Buffer.from('other'), randomBytes(chance)])
  return { key, value: chance.of(0.02) ? null : value, timestamp: n }
}

/** Under keys of the product and others, bodies that nobody of ours writes. */
export function hostileRunRecord(chance: Chance, n: number): NewRecord {
  const bodies = [
    { h: '9999-01-01T00:00:00.000Z', simAnchor: 'x', wallAnchor: 1e308, speed: -1, term: 0 },
    { shard: 99, simulatedTo: '9999-01-01T00:00:00.000Z' },
    { at: '9999-01-01T00:00:00.000Z', reason: 'stop', term: 0 },
    {
      id: 'x',
      name: 'lamp.off',
      args: {},
      by: 'x',
      effectiveAt: '1970-01-01T00:00:00.000Z',
      term: 0,
    },
    { run: 'r-0000000000ff', partitions: 0, scale: 0 },
    nearlyCommand(chance, n),
  ]
  const text = chance.of(0.5) ? JSON.stringify(chance.pick(bodies)) : textOf(chance, n)
  const key = chance.pick([...KEYS, ...MORE_KEYS])
  return { key: key === '' ? null : Buffer.from(key), value: Buffer.from(text), timestamp: n }
}
