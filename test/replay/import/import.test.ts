// A folder of files as a recording: bytes come back, events fit their schema, records stand in order, and whatever does not
// fit is named.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, test } from 'vitest'
import { exportCommand } from '../../../commands/replay/export.ts'
import { below, stream } from '../../../infra/random.ts'
import { partitionOfKey } from '../../../replay/import/murmur2.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { isProved, verifyRecording } from '../../../replay/verify/verify.ts'
import { folderOf, imported, newPath, RAW_JSONL, recordsOf } from './imported.ts'

const murmur2: (key: Buffer) => number = createRequire(import.meta.url)(
  'kafkajs/src/producer/partitioners/default/murmur2',
)

const FIXTURE = join(import.meta.dirname, '..', '..', 'fixtures', 'import')
const { files: RULES } = JSON.parse(readFileSync(join(FIXTURE, 'mapping.json'), 'utf8'))
const data = join(FIXTURE, 'files')
const linesOf = (name: string) => readFileSync(join(data, name), 'utf8').trimEnd().split('\n')

describe('real files of the kinds that cities have', () => {
  test('come back as their own bytes, rows of CSV with the line ends in their quotes', async () => {
    const { records } = await imported(data, RULES)
    const of = (topic: string) =>
      records.filter((record) => record.topic === topic).map(({ value }) => String(value))
    expect(of('spots')).toEqual(linesOf('spots.jsonl'))
    expect(of('positions')).toEqual([
      '1750234800,bus-1,23.1291,113.2644,7.5,"Line 1, north"',
      '1750234800,bus-2,23.1300,113.2700,0,"two\r\nlines"',
      '1750234815,bus-1,23.1301,113.2650,8.25,',
    ])
    expect(of('stop-times')).toEqual(linesOf('stop_times.txt').slice(1))
    const [, late] = records.filter(({ topic }) => topic === 'stop-times')
    expect(new Date(late.timestamp).toISOString()).toBe('2025-06-18T16:10:30.000Z')
    expect(String(late.key)).toBe('t1')
  })

  test('become events of a declared type, numbered by asset, that say which import they are of', async () => {
    const { records, run, manifest } = await imported(data, RULES)
    const events = records
      .filter(({ topic }) => topic === 'city.parking')
      .map(({ key, value, timestamp }) => ({
        key: String(key),
        timestamp,
        ...JSON.parse(String(value)),
      }))
    expect(events.map(({ id, data }) => [id, data])).toEqual([
      ['lot-440106-001:1', { occupied: 40, capacity: 120, guided: true }],
      ['lot-440104-007:1', { occupied: 51, capacity: 60, guided: true }],
      ['lot-440106-001:2', { occupied: 55, capacity: 120, guided: true }],
      ['lot-440104-007:2', { occupied: 60, capacity: 60, guided: true }],
    ])
    for (const { key, subject, source, time, timestamp } of events) {
      expect(subject).toBe(key)
      expect(source).toBe(`/huacheng/${run}/parking`)
      expect(Date.parse(time)).toBe(timestamp)
    }
    expect(manifest.source).toEqual({ kind: 'import', prefix: 'city.' })
    expect((await imported(data, RULES)).run).toBe(run)
  })

  test('leave what does not fit by file and line, with what was got and expected', async () => {
    const { rejected, rejects, files } = await imported(data, RULES)
    expect(rejected.map(({ file, line, expected }) => [file, line, expected])).toEqual([
      ['lots.jsonl', 5, 'an event of city.parking.status.v1: /data/occupied: must be >= 0'],
      ['lots.jsonl', 6, 'one of Tianhe, Yuexiu'],
    ])
    expect(rejected[1].text).toBe(linesOf('lots.jsonl')[5])
    expect(rejects[1]).toBe(
      'lots.jsonl:6: "Elsewhere" at /areaServed/value, expected one of Tianhe, Yuexiu',
    )
    expect(files[0]).toMatchObject({ file: 'lots.jsonl', lines: 6, records: 4, rejected: 2 })
  })

  test('are proved by their hashes and counts, and say how they were made', async () => {
    const { out, run } = await imported(data, RULES)
    const recording = await Recording.open(out)
    const verdict = await verifyRecording(recording)
    await recording.close()
    expect(isProved(verdict)).toBe(true)
    expect(verdict.lanes.flatMap(({ proved }) => proved)).toEqual([])
    const note = JSON.parse(readFileSync(join(out, 'import.json'), 'utf8'))
    expect(note).toMatchObject({ run, mapping: { files: RULES } })
    expect(note.files[1].columns).toContain('vehicle_id')
  })

  test('give KPIs by SQL over the typed tables of an export, as docs/import.md says', async () => {
    const { out } = await imported(data, RULES)
    const tables = newPath()
    await exportCommand.run({ ' ': out, out: tables, format: 'parquet' })
    const page = readFileSync(join(import.meta.dirname, '../../../docs/import.md'), 'utf8')
    const [, sql] = /```sql\n([\s\S]*?)```/.exec(page)!
    const connection = await (await DuckDBInstance.create(':memory:')).connect()
    const query = sql.replaceAll(
      "'parking_status.parquet'",
      `'${join(tables, 'parking_status.parquet')}'`,
    )
    const rows = (await connection.runAndReadAll(query)).getRowObjectsJson()
    // Two lots at 16:00: 40 of 120 and 51 of 60; then 55 and 60.
    expect(rows).toEqual([
      { window_gz: '2025-06-18 16:00:00', occupied: '91', capacity: '180', occupancy: 0.506 },
      { window_gz: '2025-06-18 16:05:00', occupied: '115', capacity: '180', occupancy: 0.639 },
    ])
  })
})

describe('order', () => {
  const line = (t: number, k: string) => JSON.stringify({ t, k })
  const shuffled = () => {
    const words = stream(1, 'import', 'order')
    const times = Array.from({ length: 3_000 }, (_, i) => ({ t: below(words, 0, 500), k: `k${i}` }))
    const files = ['b/2.jsonl', 'a.jsonl', 'b/10.jsonl'].map((name, i) => {
      const own = times.slice(1_000 * i, 1_000 * (i + 1))
      return { name, own }
    })
    return files.sort((a, b) => (a.name < b.name ? -1 : 1))
  }
  const contents = (files: ReturnType<typeof shuffled>) =>
    Object.fromEntries(
      files.map(({ name, own }) => [name, own.map(({ t, k }) => line(t, k)).join('\n')]),
    )
  const inOrder = (files: ReturnType<typeof shuffled>) =>
    files.flatMap(({ own }) => own).sort((a, b) => a.t - b.t)

  test('is that of the times over all files; lines of one time stand by file name and line', async () => {
    const files = shuffled()
    for (const { own } of files) own.sort((a, b) => a.t - b.t)
    const { records, rejected } = await imported(folderOf(contents(files)), [RAW_JSONL])
    expect(rejected).toEqual([])
    expect(records.map(({ value }) => JSON.parse(String(value)))).toEqual(inOrder(files))
    expect(records.map(({ offset }) => offset)).toEqual(records.map((_, i) => BigInt(i)))
  })

  test('is the same where lines are sorted on the disk, however little fits in memory', async () => {
    const files = shuffled()
    const folder = folderOf(contents(files))
    for (const sortBytes of [5_000, 1_000_000]) {
      const out = newPath()
      const { records, rejected } = await imported(folder, [RAW_JSONL], {
        out,
        isSorted: true,
        sortBytes,
      })
      expect(rejected).toEqual([])
      expect(records.map(({ value }) => JSON.parse(String(value)))).toEqual(inOrder(files))
      const beside = readdirSync(dirname(out)).filter((name) =>
        name.startsWith(`${basename(out)}-`),
      )
      expect(beside).toEqual([])
    }
  })

  test('that a file does not keep is rejected line by line without --sort', async () => {
    const folder = folderOf({
      'a.jsonl': [line(5, 'a'), line(4, 'b'), line(5, 'c'), line(3, 'd')].join('\n'),
    })
    const { records, rejected } = await imported(folder, [RAW_JSONL])
    expect(records.map(({ key }) => String(key))).toEqual(['a', 'c'])
    expect(rejected.map(({ line }) => line)).toEqual([2, 4])
    expect(rejected[0].expected).toContain('of line 1; --sort takes any order')
  })

  test('of partitions is that of Kafka, key by key', async () => {
    const words = stream(2, 'import', 'keys')
    for (let i = 0; i < 2_000; i++) {
      const key = Buffer.from(Array.from({ length: i % 40 }, () => below(words, 0, 256)))
      expect(partitionOfKey(key, 12)).toBe((murmur2(key) & 0x7fffffff) % 12)
    }
    const rules = [{ ...RAW_JSONL, partitions: 12 }]
    const { records } = await imported(folderOf(contents(shuffled())), rules, { isSorted: true })
    for (const { key, partition } of records) expect(partition).toBe(partitionOfKey(key!, 12))
    expect(new Set(records.map(({ partition }) => partition)).size).toBe(12)
  })
})

describe('an import that fails', () => {
  const folder = folderOf({ 'a.jsonl': '{"t":1,"k":"a"}\n{"t":2,"k":"b"}\n{"k":"c"}\n' })

  test('by --strict names the first line and has written nothing', async () => {
    const out = newPath()
    await expect(imported(folder, [RAW_JSONL], { out, isStrict: true })).rejects.toThrow(
      '--strict: a.jsonl:3: nothing at /t, expected a value',
    )
    expect(existsSync(out)).toBe(false)
    const rest = folderOf({ 'a.jsonl': '{"t":1,"k":"a"}\n' })
    expect((await imported(rest, [RAW_JSONL], { isStrict: true })).records).toHaveLength(1)
  })

  test('without any record is an error, and says why', async () => {
    const none = folderOf({ 'a.jsonl': '{"k":"c"}\n', 'b.jsonl': '' })
    const error = await imported(none, [RAW_JSONL]).catch((it) => it)
    expect(error.message).toContain('got no record from 2 files (a.jsonl:1: nothing at /t')
    expect(error.exitCode).toBe(1)
  })

  test('half-way leaves what was acknowledged readable, and unclosed', async () => {
    const many = folderOf({
      'a.jsonl': Array.from(
        { length: 30_000 },
        (_, t) => `{"t":${t},"k":"${'x'.repeat(200)}"}`,
      ).join('\n'),
    })
    for (const isSorted of [false, true]) {
      const out = newPath()
      const onProgress = (records: number) => {
        if (records > 20_000) throw new Error('the power went')
      }
      await expect(imported(many, [RAW_JSONL], { out, isSorted, onProgress })).rejects.toThrow(
        'power',
      )
      const records = await recordsOf(out)
      expect(records.length).toBeGreaterThan(10_000)
      expect(records.map(({ timestamp }) => timestamp)).toEqual(records.map((_, i) => i))
      expect(JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')).closed).toBe(false)
    }
  })

  test('because a file is written to meanwhile says so', async () => {
    const own = folderOf({ 'a.jsonl': '{"t":1}\n'.repeat(50_000) })
    const onProgress = () => writeFileSync(join(own, 'a.jsonl'), '{"t":1} \n'.repeat(50_000))
    await expect(imported(own, [RAW_JSONL], { onProgress })).rejects.toThrow(
      'other bytes than a moment',
    )
  })
})
