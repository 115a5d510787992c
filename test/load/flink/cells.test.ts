// Two engines' readings side by side: what is equal, what differs, and what one of them lacks.
import { describe, expect, it } from 'vitest'
import { createMemoryLog } from '../../../infra/memory/memory-log.ts'
import {
  cellsOf,
  compareEngines,
  differingCells,
  differingIn,
  type FlatReading,
  flatFinals,
  readFlink,
  tableText,
} from '../../../load/flink/cells.ts'
import type { GradeReport } from '../../../load/grade/report.ts'

const AT = '2025-06-18T08:30:00.000Z'
const reading = (change: Partial<FlatReading> = {}): FlatReading => ({
  ...{ kpi: 'lamp.lit', scope: '990000', window_start: AT },
  ...{ value: 0.5, numerator: 1, denominator: 2, n: 2 },
  ...change,
})
const graded = (equal: number) =>
  ({ kpis: [{ kpi: 'lamp.lit', cells: 2, equal }] }) as unknown as GradeReport

describe('two engines', () => {
  it('are equal where every part of a cell is, however a decimal is written', () => {
    const other = JSON.parse(
      `{"kpi":"lamp.lit","scope":"990000","window_start":"${AT}","value":0.500000,"numerator":1.000000000,"denominator":2,"n":2}`,
    ) as FlatReading
    expect(cellsOf([other])).toEqual(cellsOf([reading()]))
    expect(cellsOf([reading({ n: 3 })])).not.toEqual(cellsOf([reading()]))
  })

  it('differ in a cell that one has otherwise, lacks, or that is not the truth', () => {
    const ours = cellsOf([reading(), reading({ scope: '990001' })])
    const row = (theirs: FlatReading[], right: number) =>
      compareEngines(ours, cellsOf(theirs), { ours: graded(2), theirs: graded(right) })[0]
    const both = [reading(), reading({ scope: '990001' })]
    expect(differingIn(row(both, 2))).toBe(0)
    expect(differingIn(row(both, 1))).toBe(1)
    expect(differingIn(row([reading()], 2))).toBe(1)
    expect(differingIn(row([reading(), reading({ scope: '990001', n: 9 })], 2))).toBe(1)
    expect(tableText([row(both, 2)]).at(-1)).toMatch(/^all +2 +2 +2 +2 +0$/)
  })

  it('differ from themselves when replayed in what either says otherwise or lacks', () => {
    const live = cellsOf([reading(), reading({ scope: '990001' })])
    expect(differingCells(live, cellsOf([reading({ scope: '990001' }), reading()]))).toBe(0)
    expect(differingCells(live, cellsOf([reading(), reading({ scope: '990001', n: 9 })]))).toBe(1)
    expect(differingCells(live, cellsOf([reading(), reading({ scope: '990002' })]))).toBe(2)
  })

  it('takes the window finals apart, a scope a line', () => {
    const cell = { value: null, numerator: 0, denominator: 0, n: 0 }
    const final = (kind: string) =>
      JSON.stringify({
        ...{ kpi: 'lamp.lit', window: { kind, start: AT } },
        scopes: { '990000': cell, '990001': cell },
      })
    expect(flatFinals(`${final('window')}\n${final('day')}\n`)).toEqual(
      ['990000', '990001'].map((scope) => ({
        ...{ kpi: 'lamp.lit', scope, window_start: AT },
        ...cell,
      })),
    )
  })

  it('counts what the job wrote again, and what it then said otherwise', async () => {
    const log = createMemoryLog()
    await log.ensureTopics([{ name: 'kpi.flink', partitions: 1, cleanup: 'compact' }])
    // Of keys of their own: a compacted topic keeps the last of each.
    for (const [key, change] of Object.entries({ a: {}, b: {}, c: { n: 3 } })) {
      const value = Buffer.from(JSON.stringify(reading(change)))
      await log.append('kpi.flink', 0, [
        { key: Buffer.from(key), value, timestamp: 0, headers: [] },
      ])
    }
    const { cells, written, rewritten } = await readFlink(log, 'kpi.flink')
    expect([cells.size, written, rewritten]).toEqual([1, 3, 1])
    await log.close()
  })
})
