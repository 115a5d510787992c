// An outbreak in one district of a whole city, and the order that answers it there: through the kernel, with and without either.
import { describe, expect, it } from 'vitest'
import { openKernel, openWorld, type World } from '../../../../commands/wiring/world.ts'
import { HOUR_MS } from '../../../../infra/time.ts'
import { DEPLOY_DISTRICT } from '../../../../producers/domains/health-sentinel/commands.ts'
import { healthSentinel } from '../../../../producers/domains/health-sentinel/domain.ts'
import type {
  StageChange,
  VisitReport,
} from '../../../../producers/domains/health-sentinel/event.ts'
import type { Scenario } from '../../../../seeds/contract.ts'

const ILL = '990101'
const HOURS = 12
const ORDERED_AT = 4

type Said = {
  id: string
  district: string
  hour: number
  cause?: string
  data: VisitReport & StageChange
}

function worldOf(seed: number, incidents: Scenario['incidents']): World {
  const options = {
    city: 'testville',
    domains: healthSentinel.declaration.domain,
    seed: String(seed),
    for: `PT${HOURS}H`,
  }
  const world = openWorld(options, { truth: false })
  return { ...world, scenario: { ...world.scenario, incidents } }
}

const outbreak: Scenario['incidents'] = [
  {
    ...{ id: 'flu', kind: 'public-health', fromMs: 0, forMs: 12 * HOUR_MS },
    ...{ place: { district: ILL }, severity: 'red', parameters: {} },
  },
]

function run(world: World, ordered: boolean, shards = 1): Said[] {
  const { start } = world.scenario
  const stamp = (time: number) => time
  const said: Said[] = []
  for (let shard = 0; shard < shards; shard++) {
    const kernel = openKernel(world, shard, shards)
    kernel.advance(start + ORDERED_AT * HOUR_MS, stamp)
    if (ordered) {
      const target = `health-${ILL}-00001`
      expect(kernel.command(target, DEPLOY_DISTRICT, { for: 'PT12H' }) ?? null).toBeNull()
    }
    kernel.advance(start + HOURS * HOUR_MS, stamp)
    for (const { domain, records } of kernel.drain().lanes) {
      if (domain !== healthSentinel.declaration.domain) continue
      for (const { value } of records) {
        const { subject, district, time, cause, data } = JSON.parse(String(value))
        if (subject && data)
          said.push({
            id: subject,
            district,
            hour: (Date.parse(time) - start) / HOUR_MS,
            cause,
            data,
          })
      }
    }
  }
  return said.sort((a, b) => a.hour - b.hour || (a.id < b.id ? -1 : 1))
}

const fever = (said: Said[], from: number) =>
  said.reduce((all, { hour, data }) => all + (hour >= from ? (data.feverVisits ?? 0) : 0), 0)
const here = (said: Said[]) => said.filter(({ district }) => district === ILL)
const elsewhere = (said: Said[]) => said.filter(({ district }) => district !== ILL)

describe('an outbreak in a district', () => {
  const world = worldOf(1, outbreak)
  const left = run(world, false)

  it('moves that district and no other, and says whose doing it is', () => {
    const usual = run(worldOf(1, []), false)
    expect(elsewhere(left)).toEqual(elsewhere(usual))
    expect(fever(here(left), 3)).toBeGreaterThan(1.5 * fever(here(usual), 3))
    expect(elsewhere(left).every(({ cause }) => cause === undefined)).toBe(true)
    expect(here(left).some(({ cause, data }) => cause === 'flu' && data.before !== undefined)).toBe(
      true,
    )
  })

  it('is answered by all sentinels of the district, in any number of shards, and fewer visits come', () => {
    const acted = run(world, true)
    expect(run(world, true, 4)).toEqual(acted)
    expect(elsewhere(acted)).toEqual(elsewhere(left))
    const deployed = here(acted).filter(({ data }) => data.before && data.stage === 'deploy')
    const sentinels = world.catalogue.ids.filter((id) => id.startsWith(`health-${ILL}-`))
    expect(deployed).toHaveLength(sentinels.length)
    const early = (said: Said[]) =>
      here(said).filter(({ hour, data }) => hour < ORDERED_AT + 1.5 && !data.before)
    expect(fever(early(acted), 0)).toBe(fever(early(left), 0))
    const share = fever(here(acted), 6) / fever(here(left), 6)
    console.log(`visits with fever after the order: ${share.toFixed(2)} of those without it`)
    expect(share).toBeGreaterThan(0.4)
    expect(share).toBeLessThan(0.9)
  })
})
