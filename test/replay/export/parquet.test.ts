// Tables as Parquet, read by DuckDB: every event once with the fields that it has, final readings, assets, and the rest in its bytes.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readValues } from '../../../commands/options/options.ts'
import { exportCommand } from '../../../commands/replay/export.ts'
import type { World } from '../../../commands/wiring/world.ts'
import { finalsOf } from '../../../replay/diff/final-cells.ts'
import type { RecordedRecord } from '../../../replay/recording/line.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { recordSmallRun } from '../small-recording.ts'

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-parquet-'))
const folder = join(scratch, 'run')
const out = join(scratch, 'tables')
let world: World
let all: RecordedRecord[]
beforeAll(async () => {
  ;({ world } = await recordSmallRun(folder, 'gz'))
  await exportCommand.run(
    readValues(exportCommand, [folder, '--format', 'parquet', '--raw', '--out', out]),
  )
  const recording = await Recording.open(folder)
  all = []
  for (const track of ['events', 'control'] as const) {
    for await (const records of recording.records(track)) all.push(...records)
  }
  await recording.close()
})
afterAll(() => rmSync(scratch, { recursive: true }))

type Row = Record<string, unknown>

async function rows(sql: string): Promise<Row[]> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const result = await connection.runAndReadAll(sql)
  const found = result.getRowObjectsJson()
  connection.closeSync()
  return found
}
const table = (name: string) => `read_parquet('${join(out, `${name}.parquet`)}')`
const snake = (name: string) =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replaceAll('-', '_')

test('has a table per type of event, and in it each event with its bytes, place and fields', async () => {
  const events = all.filter(
    ({ key, topic }) => key && world.descriptor.declarations[topic.slice(5)],
  )
  let seen = 0
  for (const { domain, events: types } of Object.values(world.descriptor.declarations)) {
    for (const { name, type, schema } of types) {
      const own = events.filter(({ value }) => value!.includes(`"type":"${type}"`))
      if (own.length === 0) continue
      const found = await rows(`from ${table(`${domain}_${name}`.replaceAll('-', '_'))}`)
      seen += found.length
      const byPlace = new Map(
        found.map((row) => [`${row.topic}/${row.partition}/${row.offset_}`, row]),
      )
      expect(byPlace.size).toBe(own.length)
      const { properties } = schema as unknown as { properties: Record<string, unknown> }
      for (const { topic, partition, offset, timestamp, value } of own) {
        const row = byPlace.get(`${topic}/${partition}/${offset}`)!
        const event = JSON.parse(value!.toString())
        expect(row.raw).toBe(value!.toString())
        const utc = event.time.replace('T', ' ').replace(/\.?0*Z$/, '')
        expect(row.time_utc).toBe(utc)
        const local = new Date(Date.parse(event.time) + 8 * 3_600_000).toISOString()
        expect(row.date_gz).toBe(local.slice(0, 10))
        expect(row.time_gz).toBe(local.replace('T', ' ').replace(/\.?0*Z$/, ''))
        expect(row).toMatchObject({
          id: event.id,
          subject: event.subject,
          district: event.district,
        })
        expect([row.seq, row.timestamp_ms]).toEqual([event.seq, timestamp].map(String))
        for (const field of Object.keys(properties)) {
          const cell = row[snake(field)]
          const expected = event.data[field] ?? null
          if (typeof expected === 'number') expect(Number(cell), field).toBe(expected)
          else if (typeof expected === 'object' && expected)
            expect(JSON.parse(cell as string)).toEqual(expected)
          else expect(cell, field).toBe(expected)
        }
      }
    }
  }
  expect(seen).toBe(events.length)
  expect(seen).toBeGreaterThan(1000)
})

test('has everything else in its own bytes', async () => {
  const events = new Set(Object.keys(world.descriptor.declarations).map((it) => `city.${it}`))
  const others = all.filter(({ key, topic }) => key === null || !events.has(topic))
  const found = await rows(
    `select topic, partition, offset_, hex(key) as key, hex(value) as value from ${table('other')}`,
  )
  const hex = (bytes: Buffer | null) => bytes?.toString('hex').toUpperCase() ?? null
  const place = (row: Row) => `${row.topic}/${row.partition}/${row.offset_}`
  const byPlace = new Map(found.map((row) => [place(row), row]))
  expect(found).toHaveLength(others.length)
  for (const { topic, partition, offset, key, value } of others) {
    const row = byPlace.get(`${topic}/${partition}/${offset}`)!
    expect([row.key, row.value]).toEqual([hex(key), hex(value)])
  }
})

test('has each cell of a final reading once, and the newest of a day', async () => {
  const recording = await Recording.open(folder)
  const finals = await finalsOf(recording)
  await recording.close()
  const expected = [...finals.values()].flatMap(({ kpi, window, scopes }) =>
    Object.entries(scopes).map(([scope, { value, numerator, denominator, n }]) =>
      JSON.stringify([
        kpi,
        window.kind,
        Date.parse(window.end),
        scope,
        value,
        numerator,
        denominator,
        n,
      ]),
    ),
  )
  const found = await rows(`from ${table('kpi')}`)
  const cells = found.map((r) =>
    JSON.stringify([
      ...[r.kpi, r.kind, Date.parse(`${(r.end_utc as string).replace(' ', 'T')}Z`), r.scope],
      ...[r.value, r.numerator, r.denominator, Number(r.n)],
    ]),
  )
  expect(cells.sort()).toEqual(expected.sort())
  expect(cells.length).toBeGreaterThan(500)
})

test('has the catalogue, and says in export.json what each file is', async () => {
  const { catalogue, city } = world
  const assets = await rows(`from ${table('assets')}`)
  expect(assets.map(({ id }) => id)).toEqual(catalogue.ids)
  const [first] = assets
  expect(first.lon).toBe(catalogue.lon[0])
  expect(first.district_zh).toBe(city.scopes[catalogue.district[0]].name.zh)
  const { files } = JSON.parse(readFileSync(join(out, 'export.json'), 'utf8'))
  const isTable = ({ file }: { file: string }) => file.endsWith('.parquet')
  for (const { file, rows: count } of files.filter(isTable)) {
    const [{ n }] = await rows(`select count(*)::int as n from '${join(out, file)}'`)
    expect(n, file).toBe(count)
  }
})
