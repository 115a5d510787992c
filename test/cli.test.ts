// The commands as somebody new would use them: their output alone must suffice to recompute digests and readings.

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import type { KpiReading } from '../processor/contract/types.ts'
import type { CityEvent, Tick } from '../producers/contract/records.ts'
import { DEFAULT_PARTITIONS } from '../producers/contract/topics.ts'
import { domains } from '../producers/domains.ts'
import type { Plan } from '../seeds/contract.ts'
import { CITIES, SMALL_CITY } from './cities.ts'

const ROOT = join(import.meta.dirname, '..')
const CITY = ['--city', SMALL_CITY, '--scale', '2']
const SMALL = [...CITY, '--for', 'PT3M']
const OUTPUT_BYTES = 256 * 1024 * 1024

async function huacheng(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const run = promisify(execFile)
  try {
    const { stdout, stderr } = await run(process.execPath, ['huacheng.js', ...args], {
      cwd: ROOT,
      maxBuffer: OUTPUT_BYTES,
    })
    return { code: 0, out: stdout, err: stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, out: stdout, err: stderr }
  }
}

const lines = <T>(text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)

type Meta = { topic: string; partition: number; key: string | null; value: string }

describe('digest', () => {
  it('is the same for any number of shards and another for another seed', async () => {
    const runs = await Promise.all(
      ['1', '2', '4', '8'].map((n) => huacheng('digest', ...SMALL, '--shards', n, '--json')),
    )
    const digests = runs.map((r) => r.out)
    expect(digests[0]).toMatch(/^\{"digest":"[0-9a-f]{64}","partitions":\{"[a-z0-9-]+\/0":/)
    expect(new Set(digests).size).toBe(1)
    const other = await huacheng('digest', ...SMALL, '--seed', '7', '--json')
    expect(JSON.parse(other.out).digest).not.toBe(JSON.parse(digests[0]).digest)
  })
})

describe('events', () => {
  let records: Meta[] = []
  let events: CityEvent<Record<string, number | string | boolean>>[] = []

  beforeAll(async () => {
    const [meta, plain] = await Promise.all([
      huacheng('events', ...SMALL, '--meta', '--json'),
      huacheng('events', ...SMALL, '--json'),
    ])
    records = lines<Meta>(meta.out)
    events = lines(plain.out)
  })

  it('with --meta carry all that anybody needs to recompute every chain and the city digest', async () => {
    const digest = JSON.parse((await huacheng('digest', ...SMALL, '--json')).out)
    const state = new Map<string, { chain: Buffer; pending: string[]; count: number }>()
    for (const { topic, partition, key, value } of records) {
      const name = `${topic.slice('city.'.length)}/${partition}`
      const lane = state.get(name) ?? { chain: Buffer.alloc(32), pending: [], count: 0 }
      state.set(name, lane)
      if (key !== null) {
        lane.pending.push(`${value}\n`)
        lane.count++
        continue
      }
      const tick = JSON.parse(value) as Tick
      if (tick.type !== 'city.tick.v1') continue
      const hash = createHash('sha256').update(lane.chain).update(lane.pending.join(''))
      lane.chain = hash.digest()
      lane.pending = []
      expect(tick.data.chain).toBe(lane.chain.toString('hex'))
      expect(tick.data.count).toBe(lane.count)
    }
    const sorted = [...state].sort(([a], [b]) => {
      const [da, pa] = a.split('/')
      const [db, pb] = b.split('/')
      return da < db ? -1 : da > db ? 1 : Number(pa) - Number(pb)
    })
    const city = createHash('sha256')
    for (const [name, { chain }] of sorted) city.update(`${name} ${chain.toString('hex')}\n`)
    expect(sorted).toHaveLength(domains.length * DEFAULT_PARTITIONS)
    expect(city.digest('hex')).toBe(digest.digest)
    expect(Object.fromEntries(sorted.map(([n, s]) => [n, s.chain.toString('hex')]))).toEqual(
      digest.partitions,
    )
  })

  it('are sorted by time, domain, subject and seq, and are the records with a key', () => {
    const order = (e: CityEvent) =>
      `${e.time}|${e.source.split('/').at(-1)}|${e.subject}|${String(e.seq).padStart(9, '0')}`
    const all = events.map(order)
    expect(all).toEqual([...all].sort())
    expect(events.length).toBe(records.filter((r) => r.key !== null).length)
    expect(events.length).toBeGreaterThan(1_500)
  })

  it('put every asset into the partition of its cell, with its id as key', async () => {
    const assets = lines<{ id: string; cell: number }>(
      (await huacheng('catalogue', ...CITY, '--json')).out,
    )
    const cellOf = new Map(assets.map((a) => [a.id, a.cell]))
    for (const r of records) {
      if (r.key === null) continue
      expect(r.value.startsWith(`{"specversion":"1.0","id":"${r.key}:`)).toBe(true)
      expect(r.partition).toBe(cellOf.get(r.key)! % DEFAULT_PARTITIONS)
    }
  })

  it('suffice to recompute readings of every kind from the definitions alone', async () => {
    const readings = lines<KpiReading>((await huacheng('kpis', ...SMALL, '--json')).out)
    const { planned }: Plan = JSON.parse((await huacheng('plan', ...CITY, '--json')).out)
    const start = Date.parse('2026-03-09T23:30:00.000Z')
    const window = (kpi: string, k: number) =>
      readings.find(
        (r) =>
          r.kpi === kpi &&
          r.window.kind === 'window' &&
          Date.parse(r.window.start) === start + k * 60_000,
      )!
    const inWindow = (type: string, k: number) =>
      events.filter(
        (e) =>
          e.type === type &&
          Date.parse(e.time) >= start + k * 60_000 &&
          Date.parse(e.time) < start + (k + 1) * 60_000,
      )
    const latest = (prefix: string, end: number, freshMs: number) => {
      const last = new Map<string, (typeof events)[number]>()
      for (const e of events) {
        if (e.type.startsWith(prefix) && Date.parse(e.time) < end) last.set(e.subject, e)
      }
      return [...last.values()].filter((e) => Date.parse(e.time) >= end - freshMs)
    }
    for (const k of [0, 1, 2]) {
      const cycles = inWindow('city.traffic-signal.cycle.v1', k)
      const adaptive = cycles.filter((e) => e.data.mode === 'adaptive').length
      expect(window('traffic-signal.usage', k).scopes['990100']).toEqual({
        value: Math.round((adaptive / cycles.length) * 1e6) / 1e6,
        numerator: adaptive,
        denominator: cycles.length,
        n: cycles.length,
      })
      const verifications = inWindow('city.e-license.verification.v1', k)
      const volume = window('e-license.volume', k).scopes['990100']
      expect([volume.numerator, volume.value]).toEqual([
        verifications.length,
        verifications.length / 2,
      ])
      const lots = latest('city.parking.', start + (k + 1) * 60_000, 15 * 60_000)
      const free = lots.reduce((s, e) => s + Number(e.data.capacity) - Number(e.data.occupied), 0)
      expect(window('parking.free', k).scopes['990100'].numerator).toBe(free)
      const sites = latest('city.five-g-site.', start + (k + 1) * 60_000, 24 * 3_600_000)
      const outdoor = sites.filter((e) => e.data.kind === 'outdoor').length
      const covered = window('five-g-site.coverage-outdoor', k).scopes['990100']
      const sitesPlanned = planned['five-g-site.coverage-outdoor']['990100']
      expect([covered.numerator, covered.denominator]).toEqual([outdoor, sitesPlanned])
      expect(covered.value).toBeCloseTo(outdoor / 2 / sitesPlanned, 6)
    }
  })
})

describe('the city', () => {
  it('is Guangzhou when none is named, and any other by option or by scenario', async () => {
    const digest = async (...args: string[]) =>
      (await huacheng('digest', '--for', 'PT1M', '--scale', '0.01', '--json', ...args)).out
    const [usual, guangzhou, other, path] = await Promise.all([
      digest(),
      digest('--scenario', 'guangzhou/default'),
      digest('--city', SMALL_CITY),
      digest('--scenario', `${SMALL_CITY}/default`),
    ])
    expect(usual).toBe(guangzhou)
    expect(other).toBe(path)
    expect(other).not.toBe(usual)
  })

  it('has scenarios of its own', async () => {
    const all: { city: string; name: string }[] = JSON.parse(
      (await huacheng('scenarios', '--json')).out,
    )
    for (const city of CITIES) {
      expect(all.filter((s) => s.city === city).map((s) => s.name)[0]).toBe('default')
    }
  })
})

describe('bad input', () => {
  it.each([
    [['kpi'], /unknown command "kpi", expected one of demo, events/],
    [['digest', '--sharts', '2'], /unknown option --sharts, expected --scenario/],
    [['digest', '--for', '10 minutes'], /"10 minutes", expected an ISO 8601 duration/],
    [['digest', '--start', '2025-06-18T16:30:10+08:00'], /start/],
    [['digest', '--partitions', '7'], /divisor of the city’s 240 cells/],
    [['digest', ...CITY, '--partitions', '16'], /divisor of the city’s 24 cells/],
    [['kpis', '--city', 'atlantis'], /"atlantis", expected one of .*testville/],
    [['kpis', '--city', 'guangzhou', '--scenario', 'testville/default'], /leave one out/],
    [['digest', '--scenario', 'nowhere'], /nowhere.*expected/s],
    [['digest', '--shards', '13'], /13, expected at most the 12 partitions/],
    [['kpis', '--scale', '0'], /--scale: "0", expected a number from 0.01 to 10/],
    [['plan', '--plan', '/nonexistent.json'], /nonexistent/],
  ])('%j is refused with exit code 2 and says what to do', async (args, message) => {
    const { code, err, out } = await huacheng(...args)
    expect(err).toMatch(message)
    expect(err).not.toMatch(/\n\s+at /)
    expect([code, out]).toEqual([2, ''])
  })

  it('names all wrong options at once', async () => {
    const { err } = await huacheng('events', '--a', '--b', 'word')
    expect(err).toContain('--a')
    expect(err).toContain('--b')
    expect(err).toContain('"word"')
  })
})

describe('help', () => {
  it('teaches each command with options and examples', async () => {
    const all = (await huacheng('--help')).out
    for (const name of [
      'demo',
      'events',
      'kpis',
      'digest',
      'catalogue',
      'plan',
      'scenarios',
      'topics',
      'clean',
      'doctor',
    ]) {
      expect(all).toContain(`  ${name}`)
      const one = (await huacheng(name, '--help')).out
      expect(one).toContain('options:')
      expect(one).toContain('examples:')
    }
  })
})
