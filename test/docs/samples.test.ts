// The samples that need no Kafka give what the commands say: DuckDB over `events --json`, Python over `events --meta`.

import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { digestOf } from '../../commands/digest.ts'
import { computeKpis } from '../../commands/kpis.ts'
import { openWorld } from '../../commands/wiring/world.ts'
import { DEFAULT_PARTITIONS } from '../../producers/contract/topics.ts'
import { domains } from '../../producers/domains.ts'

const LANES = domains.length * DEFAULT_PARTITIONS
const ROOT = join(import.meta.dirname, '../..')
const SAMPLES = join(ROOT, 'docs/samples')
const KPI = 'e-license.usage'
/** A simulation in a process of its own. */
const SIMULATION_MS = 60_000
const OUTPUT_BYTES = 256 * 1024 * 1024
const exec = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'huacheng-samples-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const values = { scale: '0.05', for: 'PT3M' }
const flags = Object.entries(values).flatMap(([name, value]) => [`--${name}`, value])

async function events(...more: string[]): Promise<string> {
  const args = ['huacheng.js', 'events', ...flags, '--json', ...more]
  const { stdout } = await exec(process.execPath, args, { cwd: ROOT, maxBuffer: OUTPUT_BYTES })
  return stdout
}

describe('usage.sql', () => {
  const expected: unknown[][] = []
  beforeAll(async () => {
    writeFileSync(join(folder, 'events.jsonl'), await events())
    computeKpis(openWorld(values, { truth: true }), ({ kpi, window, scopes }) => {
      if (kpi !== KPI || window.kind !== 'window') return
      for (const [scope, { value, numerator, denominator, n }] of Object.entries(scopes)) {
        if (n > 0) expected.push([window.start, scope, value, numerator, denominator])
      }
    })
  }, SIMULATION_MS)

  it('gives the ratio of every window and district, of events that stand twice too', async () => {
    const file = join(folder, 'events.jsonl')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^.+\n/gm, '$&$&'))
    const connection = await (await DuckDBInstance.create()).connect()
    await connection.run(`SET file_search_path = '${folder}'`)
    const sql = readFileSync(join(SAMPLES, 'usage.sql'), 'utf8')
    const reader = await connection.runAndReadAll(sql)
    connection.closeSync()
    // A district without an eligible verification has a row without a value; the reading says n = 0.
    const rows = reader.getRowsJS().filter(([, , value]) => value !== null)
    expect(rows).toEqual(expected)
    expect(rows.length).toBeGreaterThan(3 * 3)
  })
})

const python = await exec('python3', ['-c', 'import sys; assert sys.version_info >= (3, 9)']).then(
  () => null,
  (error: Error) => `no python3 from 3.9 (${error.message.split('\n')[0]})`,
)
if (python) console.error(`\nchains.py NOT run: ${python}\n`)
if (python && process.env.CI === 'true') throw new Error(`Samples: ${python}`)

describe('chains.py', () => {
  const { digest } = digestOf(openWorld(values, { truth: false }), 1)
  let records = ''
  beforeAll(async () => {
    records = await events('--meta')
  }, SIMULATION_MS)

  function check(input: string) {
    const running = exec('python3', [join(SAMPLES, 'chains.py')])
    // It may stop before it has read everything: a broken chain ends it.
    running.child.stdin!.on('error', () => {})
    running.child.stdin!.end(input)
    return running.then(
      ({ stdout }) => JSON.parse(stdout),
      (error: { stderr: string }) => error.stderr,
    )
  }

  it.skipIf(python !== null)('prints the digest of the city', async () => {
    expect(await check(records)).toEqual({ 'topic-partitions': LANES, digest })
  })

  it.skipIf(python !== null)('passes over what a producer wrote again', async () => {
    const twice = records.replace(/^.*$/gm, (line) => (line === '' ? '' : `${line}\n${line}`))
    expect(await check(twice)).toEqual({ 'topic-partitions': LANES, digest })
  })

  type Row = { topic: string; partition: number; key: string | null; value: string }
  const rows = () =>
    records
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Row)
  const linesOf = (all: object[]) => all.map((row) => `${JSON.stringify(row)}\n`).join('')
  /** The second event of an asset that has more, and where it stands. */
  function anEvent(all: Row[]) {
    const more = new Set(all.filter((r) => /"seq":3,/.test(r.value)).map((r) => r.key))
    const at = all.findIndex(({ key, value }) => more.has(key) && /"seq":2,/.test(value))
    return { at, event: all[at] }
  }
  const lane = ({ topic, partition }: Row) => `${topic.slice('city.'.length)}/${partition}`

  it.skipIf(python !== null)('passes over what is not of this run, or nothing at all', async () => {
    const all = rows()
    const { at, event } = anEvent(all)
    const { topic, partition, key } = event
    const other = event.value
      .replace(/"source":"[^"]*"/, '"source":"/huacheng/r-0123456789ab/parking"')
      .replace('"seq":2,', '"seq":1000002,')
    const values = ['hello', '"hello"', '{}', '[]', '['.repeat(100_000), '{"seq":1e999}', other]
    const foreign = values.flatMap((value) => [
      { topic, partition, key, value },
      { topic, partition, key: null, value },
    ])
    const marker = { type: 'city.run-started.v1', time: 'now', data: { epoch: 'x', run: 7 } }
    const tick = { type: 'city.tick.v1', time: '3000', data: { epoch: 0, chain: 'x' } }
    for (const value of [marker, tick].map((m) => JSON.stringify(m))) {
      foreign.push({ topic, partition, key: null, value })
    }
    const input = linesOf([...all.slice(0, at), ...foreign, ...all.slice(at)])
    expect(await check(input)).toEqual({ 'topic-partitions': LANES, digest })
  })

  it.skipIf(python !== null)(
    'finds each interval with a seq far ahead broken, and no other',
    async () => {
      const all = rows()
      const { at, event } = anEvent(all)
      const last = all.findLastIndex(({ key, topic }) => key !== null && topic === event.topic)
      const ahead = (row: Row) => {
        const { seq } = JSON.parse(row.value) as { seq: number }
        const value = row.value.replaceAll(`:${seq},`, `:${seq + 1_000_000},`)
        return {
          ...row,
          value: value.replace(`:${seq}","source"`, `:${seq + 1_000_000}","source"`),
        }
      }
      const changed = [
        ...all.slice(0, at),
        ahead(event),
        ...all.slice(at, last),
        ahead(all[last]),
        ...all.slice(last),
      ]
      const said = (await check(linesOf(changed))) as string
      const places = said
        .trim()
        .split('\n')
        .map((line) => line.split(':')[0])
      expect(places).toEqual([lane(event), lane(all[last])])
    },
  )

  it.skipIf(python !== null)('names the interval where a byte was changed', async () => {
    const at = records.lastIndexOf('\\"occupied\\":')
    const changed = `${records.slice(0, at)}\\"Occupied\\":${records.slice(at + 13)}`
    expect(await check(changed)).toMatch(
      /^parking\/\d+: broken in the interval that ends at 2025-06-18T08:3\d:\d0.000Z\n$/,
    )
  })
})
