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
import { openWorld } from '../../commands/world.ts'

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

  it('gives the ratio of every window and district', async () => {
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
    expect(await check(records)).toEqual({ 'topic-partitions': 72, digest })
  })

  it.skipIf(python !== null)('passes over what a producer wrote again', async () => {
    const twice = records.replace(/^.*$/gm, (line) => (line === '' ? '' : `${line}\n${line}`))
    expect(await check(twice)).toEqual({ 'topic-partitions': 72, digest })
  })

  it.skipIf(python !== null)('names the interval where a byte was changed', async () => {
    const at = records.lastIndexOf('\\"occupied\\":')
    const changed = `${records.slice(0, at)}\\"Occupied\\":${records.slice(at + 13)}`
    expect(await check(changed)).toMatch(
      /^parking\/\d+: broken in the interval that ends at 2025-06-18T08:3\d:\d0.000Z\n$/,
    )
  })
})
