// Oracle, pipeline and SQL in DuckDB agree on every cell of a city.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditLane } from '../../audit/compare/one-lane.ts'
import type { MergedWindow } from '../../audit/compare/published.ts'
import { merge } from '../../audit/compare/readings.ts'
import { cellsOf, oracleKpis } from '../../audit/oracle/reading.ts'
import { computeKpis } from '../../commands/kpis.ts'
import { openKernel, openWorld, runThrough } from '../../commands/wiring/world.ts'
import { type SqlCell, sqlCells } from './readings-sql.ts'
import { inputOf, smallRun } from './small-run.ts'

// Over midnight in the city, so that day sums end and begin anew.
const OPTIONS = { scale: '0.03', start: '2025-06-18T23:54:00+08:00', for: 'PT12M', partitions: '4' }
const WINDOWS = 12

type Cells = Map<string, Pick<SqlCell, 'value' | 'numerator' | 'denominator' | 'n'>>

describe('three opinions on every cell', () => {
  const folder = mkdtempSync(join(tmpdir(), 'opinion-'))
  let sql: Cells
  let oracle: Cells
  let readings: Cells

  beforeAll(async () => {
    const world = openWorld(OPTIONS, { truth: true })
    const scopes = world.city.scopes.map((s) => s.code)
    const name = (kpi: string, kind: string, end: number, scope: string) =>
      `${kpi} ${kind} ${new Date(end).toISOString()} ${scope}`

    const lines: string[] = []
    const observe = (value: Buffer) => lines.push(value.toString())
    const kernel = openKernel(world, 0, 1, { observe })
    runThrough(world, kernel, () => kernel.drain())
    writeFileSync(join(folder, 'events.jsonl'), `${lines.join('\n')}\n`)
    sql = new Map()
    for (const c of await sqlCells(world.descriptor, scopes, join(folder, 'events.jsonl'))) {
      const { value, numerator, denominator, n } = c
      sql.set(name(c.kpi, c.kind, c.end, c.scope), { value, numerator, denominator, n })
    }

    const input = inputOf(smallRun(OPTIONS))
    const merged = new Map<string, MergedWindow>()
    for (const domain of Object.keys(world.descriptor.declarations)) {
      for (let p = 0; p < world.descriptor.partitions; p++) {
        for (const w of (await auditLane(input, domain, p)).windows) merge(merged, domain, w)
      }
    }
    oracle = new Map()
    for (const kpi of oracleKpis(world.descriptor, scopes).values()) {
      for (const window of merged.values()) {
        if (window.domain !== kpi.domain) continue
        for (const kind of ['window', 'day'] as const) {
          const sums = window.measures.get(kpi.measure.name)![kind]
          for (const [scope, cell] of Object.entries(cellsOf(world.descriptor, kpi, sums))) {
            oracle.set(name(kpi.kpi, kind, window.end, scope), cell)
          }
        }
      }
    }

    readings = new Map()
    computeKpis(world, ({ kpi, window, scopes }) => {
      for (const [scope, cell] of Object.entries(scopes)) {
        readings.set(name(kpi, window.kind, Date.parse(window.end), scope), cell)
      }
    })
  })

  afterAll(() => rmSync(folder, { recursive: true }))

  it('are about the same cells, and enough of them hold something', () => {
    const names = [...readings.keys()].sort()
    expect([...oracle.keys()].sort()).toEqual(names)
    expect([...sql.keys()].sort()).toEqual(names)
    expect(names.length).toBeGreaterThan(2 * WINDOWS * 150)
    const filled = [...readings].filter(([, c]) => c.n > 0 && c.value !== null)
    expect(filled.length).toBeGreaterThan(names.length / 2)
    // Every kind of measure, in the window and the day.
    expect(
      new Set(filled.map(([name]) => name.split(' ').slice(0, 2).join(' '))).size,
    ).toBeGreaterThan(40)
  })

  it('agree in value, numerator, denominator and n: SQL, oracle, tasks and merge', () => {
    const differing: string[] = []
    for (const [name, cell] of readings) {
      const a = JSON.stringify(sql.get(name))
      const b = JSON.stringify(oracle.get(name))
      const c = JSON.stringify(cell)
      if (a !== b || b !== c) differing.push(`${name}: ${a} ${b} ${c}`)
    }
    expect(differing).toEqual([])
  })
})
