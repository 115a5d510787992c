// The plan review of four years, slow indicators and hub: no official target is made to fail, and no status flickers.
import { expect, it } from 'vitest'
import { computeKpis } from '../../commands/kpis.ts'
import { standingLine, standingsOf } from '../../commands/plan-standings.ts'
import { openWorld } from '../../commands/wiring/world.ts'
import { DAY_MS } from '../../infra/time.ts'

const MOST_CHANGES = 4

it('shows no official target behind or missed, and changes a status less than five times', () => {
  const values = { scenario: 'plan-review', domains: 'system-access,indicator-report' }
  const world = openWorld(values, { truth: false })
  const official = new Set(
    world.descriptor.plan.targets.filter((t) => t.grade === 'official').map((t) => t.id),
  )
  const statuses = new Map<string, string[]>()
  computeKpis(world, ({ window, target, status }) => {
    if (window.kind !== 'day' || !target || !status || !official.has(target)) return
    const seen = statuses.get(target) ?? []
    if (seen.at(-1) !== status) statuses.set(target, [...seen, status])
  })
  console.log([...statuses].map(([id, seen]) => `${id}: ${seen.join(' → ')}`).join('\n'))
  expect(statuses.size).toBe(10)
  for (const [id, seen] of statuses) {
    expect(seen, id).not.toContain('behind')
    expect(seen, id).not.toContain('missed')
    expect(seen.length - 1, id).toBeLessThanOrEqual(MOST_CHANGES)
  }
})

it.each([
  ['2022-12-31', []],
  ['2025-12-31', ['5g-2025', 'e-license-usage-2025', 'hub-coverage-2025']],
])('has a reading of every official target on the due date %s', (date, met) => {
  // A day of it: what went before is in no reading but the figures', which the whole review above shows.
  const start = `${date}T00:00:00+08:00`
  const world = openWorld({ scenario: 'plan-review', start, for: 'P1DT1H' }, { truth: false })
  const standings = standingsOf(world, [date]).filter(({ grade }) => grade === 'official')
  console.log(standings.map(standingLine).join('\n'))
  expect(standings.length).toBe(13)
  for (const { target, value, line } of standings) {
    expect(value, target).not.toBeNull()
    expect(line, target).not.toBeNull()
  }
  const reached = standings.filter(({ status }) => status === 'met').map(({ target }) => target)
  expect(reached).toEqual(expect.arrayContaining([...met, '5g-outdoor-2022']))
})

it('goes on until the figures of its last year are out', () => {
  const { scenario, plan } = openWorld({ scenario: 'plan-review' }, { truth: false })
  const end = scenario.start + scenario.durationMs
  for (const { id, due, grade, reported } of plan.targets) {
    const outMs = (1 + (reported?.lagDays ?? 0)) * DAY_MS
    if (grade === 'official')
      expect(end, id).toBeGreaterThan(Date.parse(`${due}T00:00:00+08:00`) + outMs)
  }
})
