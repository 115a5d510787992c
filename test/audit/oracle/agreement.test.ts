// The oracle and the task, which share no code, on records that a seeded vandal has been at: the same verdict for each record, the same sums for each window.
import { beforeAll, describe, expect, it } from 'vitest'
import { auditLane } from '../../../audit/compare/one-lane.ts'
import { comparePartial } from '../../../audit/compare/published.ts'
import { OracleLane, type OracleLaneOptions } from '../../../audit/oracle/lane.ts'
import type { LogRecord, NewRecord } from '../../../infra/event-log/event-log.ts'
import { stream, uniform } from '../../../infra/random.ts'
import { isoTime } from '../../../infra/time.ts'
import { compileRun } from '../../../processor/program/program.ts'
import type { Effects } from '../../../processor/task/outcome.ts'
import { createTask } from '../../../processor/task/task.ts'
import { inputOf, smallRun, topics } from '../small-run.ts'

const SEEDS = 40
const DIRT = 0.15

type Json = Record<string, unknown>
type Vandal = (record: NewRecord, pick: (n: number) => number) => NewRecord[]

const text = (record: NewRecord) => record.value!.toString()
const withText = (record: NewRecord, value: string): NewRecord => ({
  ...record,
  value: Buffer.from(value),
})
const withJson = (record: NewRecord, edit: (json: Json) => void): NewRecord => {
  const json = JSON.parse(text(record)) as Json
  edit(json)
  return withText(record, JSON.stringify(json))
}
const other = [
  null,
  7,
  -1,
  0,
  1.5,
  '',
  'x',
  true,
  [],
  {},
  1e15,
  1e300,
  12.3456,
  '2025-06-18T08:31:00.000Z',
]

const renamed = (record: NewRecord, id: string): NewRecord[] => [
  {
    ...withText(record, text(record).replaceAll(String(record.key), id)),
    key: record.key && Buffer.from(id),
  },
]

const VANDALS: Record<string, Vandal> = {
  drop: () => [],
  double: (r) => [r, r],
  cut: (r, pick) => [withText(r, text(r).slice(0, pick(text(r).length)))],
  empty: (r) => [{ ...r, value: null }],
  'no key': (r) => [{ ...r, key: null }],
  'other key': (r) => [{ ...r, key: Buffer.from(`${r.key}x`) }],
  'flipped byte': (r, pick) => {
    const value = Buffer.from(r.value!)
    value[pick(value.length)] ^= 1 << pick(8)
    return [{ ...r, value }]
  },
  'other field': (r, pick) => [
    withJson(r, (json) => {
      const names = Object.keys(json)
      json[names[pick(names.length)]] = other[pick(other.length)]
    }),
  ],
  'other datum': (r, pick) => [
    withJson(r, (json) => {
      const data = json.data as Json
      const names = Object.keys(data)
      data[names[pick(names.length)]] = other[pick(other.length)]
    }),
  ],
  'no datum': (r, pick) => [
    withJson(r, (json) => {
      const data = json.data as Json
      delete data[Object.keys(data)[pick(Object.keys(data).length)]]
    }),
  ],
  'more data': (r) => [withJson(r, (json) => Object.assign(json.data as Json, { more: 1 }))],
  prototype: (r) => [withText(r, text(r).replace('"data":{', '"data":{"__proto__":{"lit":1},'))],
  deep: (r) => [
    withText(
      r,
      text(r).replace('"data":{', `"data":{"deep":${'['.repeat(5000)}${']'.repeat(5000)},`),
    ),
  ],
  large: (r) => [withText(r, ' '.repeat(300_000) + text(r))],
  'damaged batch': (r) => [Object.assign({ ...r }, { key: null, damage: 'lz4: no frame' })],
  'skewed clock': (r, pick) => [
    withJson(r, (json) => {
      json.time = isoTime(Date.parse(json.time as string) + (pick(21) - 10) * 61_000)
    }),
  ],
  'unknown asset': (r) => renamed(r, String(r.key).replace(/\d$/, 'x')),
  // One city's assets of a kind have neighbouring numbers, and live all over it.
  'neighbour’s event': (r, pick) => renamed(r, String(r.key).replace(/\d$/, String(pick(10)))),
  'other run': (r) => [withText(r, text(r).replaceAll(/r-[0-9a-f]{12}/g, 'r-ffffffffffff'))],
  'other epoch': (r) => [withText(r, text(r).replace('"epoch":0', '"epoch":7'))],
  're-dated': (r, pick) => [
    r,
    withJson(r, (json) => {
      json.time = isoTime(Date.parse(json.time as string) + (1 + pick(12)) * 10_000)
    }),
  ],
  'of 2099': (r) => [
    r,
    withJson(r, (json) => {
      json.time = '2099-01-01T00:00:00.000Z'
    }),
  ],
  'counts too much': (r, pick) => [
    withJson(r, (json) => {
      const data = json.data as Json
      if (typeof data.count === 'number') data.count += pick(1000)
    }),
  ],
  'again with other data': (r, pick) => [r, ...VANDALS['other datum'](r, pick)],
}

describe('the oracle and the task', () => {
  // Every domain, so every kind of measure and event.
  const run = smallRun({ for: 'PT4M' })
  const input = inputOf(run)
  const { descriptor, catalogue, city } = run.world
  const programs = compileRun(descriptor, catalogue, city)
  const reached = new Set<string>()
  const laneOptions = new Map<string, OracleLaneOptions>()

  beforeAll(async () => {
    for (const name of run.lanes.keys()) {
      const [domain, p] = name.split('/')
      const { options } = await auditLane({ ...input, records: () => [] }, domain, Number(p))
      laneOptions.set(name, options)
    }
  })

  it.each(Array.from({ length: SEEDS }, (_, seed) => seed))(
    'agree on every record and every sum, seed %d',
    (seed) => {
      const disagreements: string[] = []
      for (const [name, lane] of run.lanes) {
        const [domain, p] = name.split('/')
        const partition = Number(p)
        const words = stream(seed, name, 'vandal')
        const pick = (n: number) => Math.floor(uniform(words, 0) * n)
        const kinds = Object.keys(VANDALS)
        const dirty = lane.flatMap((record, i) => {
          if (i === 0 || uniform(words, 0) >= DIRT) return [record]
          return VANDALS[kinds[pick(kinds.length)]](record, pick)
        })
        const task = createTask({
          program: programs.get(domain)!,
          partition,
          epoch: 0,
          topic: topics.domain(domain),
        })
        const oracle = new OracleLane(laneOptions.get(name)!)
        dirty.forEach((r, i) => {
          const record: LogRecord = { ...r, offset: BigInt(i) }
          const effects: Effects = { finals: [], rejected: [] }
          let outcome: string = task.record(record, effects)
          if (outcome === 'newer-run') {
            task.reject(record, 'foreign-run', 'no such run', effects)
            outcome = 'dead-letter'
          }
          const verdict = oracle.record(record)
          const reason = verdict.is === 'dead-letter' ? verdict.reason : verdict.is
          const wanted =
            effects.rejected[0]?.reason ?? (outcome === 'started' ? 'run-started' : outcome)
          reached.add(reason)
          const closed = verdict.is === 'tick' ? verdict.closed : []
          const sums = closed.map((w, n) => comparePartial(w, effects.finals[n]).differing.length)
          const isSame = closed.length === effects.finals.length && sums.every((n) => n === 0)
          if (reason !== wanted || !isSame) {
            const value = r.value?.toString().slice(0, 400)
            disagreements.push(`${name} ${i}: ${reason}, task ${wanted}, sums ${sums}: ${value}`)
          }
        })
      }
      expect(disagreements).toEqual([])
    },
  )

  it('met every kind of verdict on the way', () => {
    for (const reason of ['folded', 'duplicate', 'late', 'tick', 'ignored', 'run-started']) {
      expect(reached).toContain(reason)
    }
    for (const reason of [
      'null',
      'not-json',
      'schema',
      'too-large',
      'unknown-asset',
      'foreign-run',
      'encoding',
    ]) {
      expect(reached).toContain(reason)
    }
  })
})
