// The Flink SQL job: every measure is said or refused by name, and each guard of exactness stands in it.
import { describe, expect, it } from 'vitest'
import { expressionSql, scaledSql } from '../../../processor/program/flink/expression.ts'
import { flinkJob } from '../../../processor/program/flink/job.ts'
import type { Measure } from '../../../producers/contract/measures.ts'
import type { Descriptor } from '../../../producers/contract/records.ts'
import { CITY, lampCatalogue, lampDeclaration, lampDescriptor, MEASURES } from '../lamp.ts'

const PLACE = { brokers: 'b:1', prefix: 'city.', output: 'city.kpi.flink', isBounded: true }
const catalogue = lampCatalogue(8)

function job(measures: Measure[], change: Partial<Descriptor> = {}) {
  const declarations = { lamp: lampDeclaration({ measures }) }
  const descriptor = { ...lampDescriptor(), declarations, ...change }
  return flinkJob(descriptor, catalogue, CITY, PLACE)
}

describe('Flink SQL job', () => {
  it('has every kind of measure, each once, and refuses none', () => {
    const { sql, refused } = job(MEASURES)
    expect(refused).toEqual([])
    for (const { name } of MEASURES) expect(sql.split(`'lamp.${name}'`)).toHaveLength(2)
    expect(sql).toContain('-- Every measure is in it.')
    expect(sql.match(/INSERT INTO/g)).toHaveLength(2)
  })

  it('leaves out what it cannot say exactly, and names it in the head', () => {
    const [share, ...rest] = MEASURES
    const { sql, refused } = job([{ ...share, freshForMs: 600_500 }, ...rest])
    expect(refused).toEqual([{ kpi: 'lamp.lit', why: expect.stringContaining('600500 ms') }])
    expect(sql).toContain('--   lamp.lit: its horizon of 600500 ms is no whole number of seconds')
    expect(sql).not.toContain("'lamp.lit'")
    const long = job([{ ...share, freshForMs: 60_000 * 10_001 }, ...rest])
    expect(long.refused[0].why).toContain('10001 slices')
  })

  it('refuses a field that has two types on one topic', () => {
    const { events } = lampDeclaration()
    const pulse = structuredClone(events[1])
    pulse.schema = JSON.parse(JSON.stringify(pulse.schema))
    ;(pulse.schema as unknown as { properties: Record<string, unknown> }).properties.lit = {
      type: 'number',
    }
    const count: Measure = { ...MEASURES[4], name: 'lights', value: { field: 'lit' } }
    const declarations = {
      lamp: lampDeclaration({ measures: [...MEASURES, count], events: [events[0], pulse] }),
    }
    const { refused } = flinkJob({ ...lampDescriptor(), declarations }, catalogue, CITY, PLACE)
    expect(refused).toEqual([
      {
        kpi: 'lamp.lights',
        why: 'its field lit is DOUBLE here and BOOLEAN in other events of the topic',
      },
    ])
  })

  it('holds the watermark, and what is late, to the ticks of its own run', () => {
    const { sql } = job(MEASURES, { allowedLateness: 120_000 })
    const { run } = lampDescriptor()
    expect(sql).toContain(
      `WATERMARK FOR \`time\` AS CASE WHEN \`type\` = 'city.tick.v1' AND \`source\` = '/huacheng/${run}/producers' THEN \`time\` - INTERVAL '0.001' SECOND(2, 3) - INTERVAL '120' SECOND(3) END`,
    )
    expect(sql).toMatch(/TIMESTAMPDIFF\(SECOND, TO_TIMESTAMP_LTZ\(\d+, 3\), `time`\) - 120\) \/ 60/)
  })

  it('needs whole seconds', () => {
    expect(() => job(MEASURES, { window: 500 })).toThrow(/window: 500 ms, expected whole seconds/)
  })
})

describe('an expression as Flink SQL', () => {
  it.each([
    [{ mul: [{ field: 'a' }, 0.01] }, '(`data`.`a` * CAST(0.01 AS DOUBLE))'],
    [{ not: { ne: [{ field: 'a' }, "it's"] } }, "(NOT (`data`.`a` <> 'it''s'))"],
    [
      { and: [true, { le: [{ field: 'a' }, { field: 'b' }] }] },
      '(TRUE AND (`data`.`a` <= `data`.`b`))',
    ],
    [
      { if: [{ or: [false, true] }, 'x', 'y'] },
      "(CASE WHEN (FALSE OR TRUE) THEN 'x' ELSE 'y' END)",
    ],
  ])('%j', (expr, sql) => {
    expect(expressionSql(expr as Parameters<typeof expressionSql>[0])).toBe(sql)
  })

  it('becomes a whole number at its decimals, branch by branch', () => {
    const expr = { if: [{ field: 'up' }, 1, { field: 'a' }] } as Parameters<typeof scaledSql>[0]
    expect(scaledSql(expr, 10)).toBe(
      'CASE WHEN `data`.`up` THEN 10 ELSE CAST(FLOOR(`data`.`a` * 10 + 0.5E0) AS BIGINT) END',
    )
  })
})
