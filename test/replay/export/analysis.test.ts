// analysis.sql beside an export: DuckDB computes every final cell anew from the events, and what it cannot is refused.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readValues } from '../../../commands/options/options.ts'
import { exportCommand } from '../../../commands/replay/export.ts'
import type { World } from '../../../commands/wiring/world.ts'
import { expressionSql, NotInSql } from '../../../replay/export/sql/expression-sql.ts'
import { type MeasuredTables, readingSql } from '../../../replay/export/sql/reading-sql.ts'
import type { EventTable } from '../../../replay/export/tables/event-table.ts'
import { recordSmallRun } from '../small-recording.ts'

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-analysis-'))
const folder = join(scratch, 'run')
const outOf = (name: string) => join(scratch, name)
const exportTo = (name: string, ...args: string[]) =>
  exportCommand.run(
    readValues(exportCommand, [folder, '--format', 'parquet', '--out', outOf(name), ...args]),
  )

let world: World
beforeAll(async () => {
  // Over midnight in the city, so that day sums end and begin anew.
  const values = { start: '2025-06-18T23:55:00+08:00', for: 'PT10M', scale: '0.03' }
  ;({ world } = await recordSmallRun(folder, 'gz', values))
  await exportTo('tables')
})
afterAll(() => rmSync(scratch, { recursive: true }))

/** As `duckdb -init analysis.sql` in the folder. */
async function asked(name: string, sql: string) {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  await connection.run(`SET file_search_path = '${outOf(name)}'`)
  await connection.run(readFileSync(join(outOf(name), 'analysis.sql'), 'utf8'))
  const found = (await connection.runAndReadAll(sql)).getRowObjectsJson()
  connection.closeSync()
  return found
}

describe('analysis.sql', () => {
  test('computes every final cell as it was recorded, of each kind of measure', async () => {
    expect(await asked('tables', 'FROM differing LIMIT 5')).toEqual([])
    const [{ cells, filled, kpis }] = await asked(
      'tables',
      `SELECT count(*)::int AS cells, count(a.value)::int AS filled, count(DISTINCT kpi)::int AS kpis
        FROM kpi AS a JOIN recomputed AS b USING (kpi, kind, end_utc, scope)`,
    )
    const [{ n }] = await asked('tables', 'SELECT count(*)::int AS n FROM kpi')
    expect(cells).toBe(n)
    expect(filled).toBeGreaterThan(1000)
    const measures = Object.values(world.descriptor.declarations).flatMap((it) => it.measures)
    expect(kpis).toBe(measures.length)
    expect(new Set(measures.map(({ kind }) => kind)).size).toBe(5)
    expect(readFileSync(join(outOf('tables'), 'analysis.sql'), 'utf8')).not.toContain(
      'Not computed',
    )
  })

  test('notices a reading that is not what the events come to', async () => {
    const events = await asked(
      'tables',
      `SELECT kpi, scope, n FROM kpi WHERE n > 3 AND kind = 'window' LIMIT 1`,
    )
    const path = join(outOf('tables'), 'kpi.parquet')
    const changed = await asked(
      'tables',
      `CREATE OR REPLACE VIEW kpi AS SELECT * REPLACE (
        CASE WHEN kpi = '${events[0].kpi}' AND scope = '${events[0].scope}' AND kind = 'window' THEN n + 1 ELSE n END AS n)
        FROM read_parquet('${path}'); SELECT DISTINCT kpi, scope FROM differing`,
    )
    expect(changed).toEqual([{ kpi: events[0].kpi, scope: events[0].scope }])
  })

  test('has a view of each domain with all of its events', async () => {
    for (const { domain, events } of Object.values(world.descriptor.declarations)) {
      const found = await asked(
        'tables',
        `SELECT DISTINCT event FROM ${domain.replaceAll('-', '_')}`,
      )
      const names = events.map(({ name }) => name)
      expect(found.length).toBeGreaterThan(0)
      for (const { event } of found) expect(names).toContain(event)
    }
  })

  test('computes nothing of an export that begins later, and says so', async () => {
    await exportTo('later', '--from', '2025-06-18T23:58:00+08:00')
    const text = readFileSync(join(outOf('later'), 'analysis.sql'), 'utf8')
    expect(text).toContain('-- Not computed anew: what assets said before --from is not there')
    expect(text).not.toContain('recomputed')
    const { leftOut } = JSON.parse(readFileSync(join(outOf('later'), 'export.json'), 'utf8'))
    expect(leftOut.join('\n')).toContain('before --from')
  })
})

test('a measure’s query is the one that was looked at', () => {
  const number = { type: 'number' }
  const event = {
    ...{ name: 'status', type: 'city.lamp.status.v1' },
    schema: { required: ['lit', 'of'], properties: { lit: number, of: number } },
  }
  const fields = ['lit', 'of'].map((field) => ({ field, column: field, kind: 'number' }))
  const measured = {
    descriptor: {
      run: 'r-1',
      start: '2025-06-18T00:00:00Z',
      window: 60_000,
      scale: 0.1,
      plan: { planned: {} },
    },
    declaration: { domain: 'lamp', cityWide: false, events: [event], measures: [] },
    measure: {
      ...{ name: 'usage', kind: 'gauge', on: ['status'], decimals: 1, freshForMs: 900_000 },
      ...{ used: { field: 'lit' }, of: { field: 'of' } },
    },
    scopes: ['440100', '440106'],
    tables: [{ name: 'lamp_status', domain: 'lamp', event, fields }],
  } as unknown as MeasuredTables
  const golden = readFileSync(join(import.meta.dirname, 'golden-reading.sql'), 'utf8')
  expect(`${readingSql(measured).trim()}\n`).toBe(golden)
})

describe('an expression', () => {
  const table = {
    event: { name: 'status', schema: { required: ['n', 'x', 'state', 'on', 'list'] } },
    fields: [
      ...(['n', 'rare'] as const).map((field) => ({ field, column: field, kind: 'integer' })),
      { field: 'x', column: 'x', kind: 'number' },
      { field: 'state', column: 'state', kind: 'text' },
      { field: 'on', column: 'on', kind: 'boolean' },
      { field: 'list', column: 'list', kind: 'json' },
    ],
  } as unknown as EventTable

  test('is written out with its decimals', () => {
    expect(expressionSql({ mul: [{ field: 'n' }, { field: 'x' }] }, table)).toBe(
      '(CAST("n" AS DECIMAL(9,0)) * exact_decimal("x"))',
    )
    const state = { eq: [{ field: 'state' }, "it's"] } as const
    expect(
      expressionSql(
        { if: [{ and: [{ field: 'on' }, { ...state, eq: [...state.eq] }] }, 1, 0] },
        table,
      ),
    ).toBe(`CASE WHEN ("on" AND ("state" = 'it''s')) THEN 1 ELSE 0 END`)
  })

  test.each([
    ['a field that may be absent', { field: 'rare' }, '"rare" may be absent'],
    ['a list', { field: 'list' }, 'a list or an object'],
    ['a field that there is not', { field: 'nope' }, 'no field "nope"'],
    ['things of two kinds', { eq: [{ field: 'state' }, 3] }, 'is number where text is needed'],
    ['a number beyond decimals', 1e-9, 'the number 1e-9'],
    ['what it does not know', { pow: [1, 2] }, '"pow"'],
  ])('with %s is refused', (_, expr, why) => {
    expect(() => expressionSql(expr as never, table)).toThrow(NotInSql)
    expect(() => expressionSql(expr as never, table)).toThrow(why)
  })
})
