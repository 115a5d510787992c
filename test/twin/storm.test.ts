// A storm over a real city, and what an operator does besides: its twins are the city without the one, the other or both.
import { describe, expect, it } from 'vitest'
import { computeKpis } from '../../commands/kpis.ts'
import { OFFLINE_EPOCH, openWorld } from '../../commands/wiring/world.ts'
import { isoTime } from '../../infra/time.ts'
import { type KpiReading, type TwinReading, USUAL } from '../../processor/contract/types.ts'
import type { AcceptedCommand } from '../../producers/contract/records.ts'
import type { PlannedIncident, Scenario } from '../../seeds/contract.ts'
import { TwinCity } from '../../twin/twin-city.ts'

const world = openWorld({ city: 'testville', for: 'PT7M' }, { truth: true })
const { start, durationMs } = world.scenario
const place = { district: world.city.code }
const planned = (id: string, kind: string, fromMs: number): PlannedIncident => ({
  ...{ id, kind, fromMs, forMs: 600_000, place, severity: 'red', parameters: {} },
})
const stormy: Scenario = {
  ...world.scenario,
  incidents: [
    planned('storm', 'rainstorm', 60_000),
    planned('centre', 'controller-fault', 120_000),
  ],
}
const args = { kind: 'controller-fault', place, for: 'PT5M' }
const START_FAULT: AcceptedCommand = {
  ...{ id: 'c1', name: 'incident.start', args, by: 'test' },
  ...{ effectiveAt: isoTime(start + 200_000), term: 0 },
}

/** The finals of the command line, which knows no twin. */
function finals(scenario: Scenario): string[] {
  const readings: KpiReading[] = []
  computeKpis({ ...world, scenario }, (reading) => readings.push(reading))
  return readings.map((reading) => JSON.stringify(reading)).sort()
}

function twinOf(twin: string, scenario: Scenario, commands: AcceptedCommand[] = []) {
  const { descriptor, domains, city, catalogue } = world
  const its = { city, catalogue, scenario }
  const one = new TwinCity({ twin, epoch: OFFLINE_EPOCH, descriptor, domains, world: its })
  for (const command of commands) one.take(command)
  while (one.step(start + durationMs));
  return one.takeFinals()
}

const unnamed = (readings: TwinReading[]) =>
  readings.map(({ twin: _, ...reading }) => JSON.stringify(reading)).sort()

describe('a storm’s twins', () => {
  const calm = finals(world.scenario)
  const live = finals(stormy)

  it('are the calm city, or the city with what is left of the storm, byte for byte', () => {
    expect(live).not.toEqual(calm)
    expect(unnamed(twinOf(USUAL, stormy))).toEqual(calm)
    expect(unnamed(twinOf('no-such', stormy))).toEqual(live)
    const [storm, centre] = stormy.incidents
    const withoutStorm = finals({ ...stormy, incidents: [centre] })
    expect(unnamed(twinOf('storm', stormy))).toEqual(withoutStorm)
    expect(withoutStorm).not.toEqual(finals({ ...stormy, incidents: [storm] }))
  })

  it('leave out what an operator started, and nothing differs before it began', () => {
    const started = twinOf('no-such', world.scenario, [START_FAULT])
    expect(unnamed(started)).not.toEqual(calm)
    expect(unnamed(twinOf('c1', world.scenario, [START_FAULT]))).toEqual(calm)
    const before = ({ window }: KpiReading) => window.end <= START_FAULT.effectiveAt
    const known = new Set(calm)
    const early = started.filter(before)
    expect(early.length).toBeGreaterThan(50)
    for (const line of unnamed(early)) expect(known.has(line), line.slice(0, 90)).toBe(true)
  })
})
