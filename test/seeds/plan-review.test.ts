// The plan review of four years, slow indicators and hub: no official target is made to fail, and no status flickers.
import { expect, it } from 'vitest'
import { computeKpis } from '../../commands/kpis.ts'
import { openWorld } from '../../commands/wiring/world.ts'

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
