// Tables as CSV: the same cells as in Parquet; for a spreadsheet nothing that it would compute or shorten.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readValues } from '../../../commands/options/options.ts'
import { exportCommand } from '../../../commands/replay/export.ts'
import { ExportFolder } from '../../../replay/export/export-folder.ts'
import type { Column, TableCell } from '../../../replay/export/tables/columns.ts'
import { CsvTable } from '../../../replay/export/tables/csv-table.ts'
import { recordSmallRun } from '../small-recording.ts'

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-csv-'))
const folder = join(scratch, 'run')
const outOf = (name: string) => join(scratch, name)
beforeAll(async () => {
  await recordSmallRun(folder, 'gz')
  for (const format of ['parquet', 'csv']) {
    const args = [folder, '--format', format, '--out', outOf(format)]
    await exportCommand.run(readValues(exportCommand, args))
  }
})
afterAll(() => rmSync(scratch, { recursive: true }))

async function rows(sql: string) {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const found = (await connection.runAndReadAll(sql)).getRowsJson()
  connection.closeSync()
  return found
}

test('has the rows of the Parquet tables, cell by cell', async () => {
  const { files } = JSON.parse(readFileSync(join(outOf('parquet'), 'export.json'), 'utf8'))
  const names: string[] = files
    .filter(({ file }: { file: string }) => file.endsWith('.parquet'))
    .map(({ file }: { file: string }) => file.replace('.parquet', ''))
  expect(names.length).toBeGreaterThan(10)
  for (const name of names.filter((it) => it !== 'other')) {
    const typed = `'${join(outOf('parquet'), `${name}.parquet`)}'`
    const text = `read_csv('${join(outOf('csv'), `${name}.csv`)}', all_varchar = true, header = true)`
    const columns = await rows(`select column_name, column_type from (describe from ${typed})`)
    const cast = columns.map(([column, type]) => `cast(${column} as ${type}) as ${column}`)
    const both = [`from ${typed}`, `select ${cast.join(', ')} from ${text}`]
    const [[a], [b], [n]] = await Promise.all([
      rows(`select count(*)::int from (${both[0]} except all ${both[1]})`),
      rows(`select count(*)::int from (${both[1]} except all ${both[0]})`),
      rows(`select count(*)::int from ${typed}`),
    ])
    expect([a[0], b[0]], name).toEqual([0, 0])
    expect(n[0], name).toBeGreaterThan(0)
  }
})

const COLUMNS: Column[] = [
  { name: 'id', kind: 'text' },
  { name: 'at_utc', kind: 'instant' },
  { name: 'at_gz', kind: 'local' },
  { name: 'n', kind: 'number' },
  { name: 'value', kind: 'bytes' },
]

async function written(name: string, isForExcel: boolean, row: TableCell[]): Promise<string> {
  const to = await ExportFolder.create(outOf(name))
  const table = await CsvTable.open(to, 't', COLUMNS, isForExcel)
  table.add(row)
  await table.end()
  return readFileSync(join(outOf(name), 't.csv'), 'utf8')
}
const time = Date.parse('2025-06-18T16:30:00.250Z')
const times = [time, time + 8 * 3_600_000]

test('quotes what has to be, and tells nothing from an empty text', async () => {
  const row = ['a "b",\r\nc', ...times, -1.5, Buffer.from([0xff, 0])]
  expect(await written('plain', false, row)).toBe(
    'id,at_utc,at_gz,n,value,value_enc\r\n"a ""b"",\r\nc",2025-06-18T16:30:00.250Z,2025-06-19 00:30:00.250,-1.5,/wA=,b64\r\n',
  )
  const [, empty] = (await written('empty', false, ['', ...times, null, null])).split('\r\n')
  expect(empty).toBe('"",2025-06-18T16:30:00.250Z,2025-06-19 00:30:00.250,,,')
})

test.each([
  ['=1+1', "'=1+1"],
  ['＝1+1', "'＝1+1"],
  ['  @sum(a1)', "'  @sum(a1)"],
  ['-2', "'-2"],
  ['440106', "'440106"],
  ['00123456789012345678', "'00123456789012345678"],
  ['1e5', "'1e5"],
  ['6/18', "'6/18"],
  ['sig-440106-00001', 'sig-440106-00001'],
  ['广州', '广州'],
])('for a spreadsheet %j is %j, with the time of the city', async (id, shown) => {
  const text = await written(`excel-${Buffer.from(id).toString('hex')}`, true, [
    ...[id, ...times, -1.5, Buffer.from('=x')],
  ])
  expect(text).toBe(
    `\ufeffid,at_gz,n,value,value_enc\r\n${shown},2025-06-19 00:30:00.250,-1.5,'=x,text\r\n`,
  )
})
