// Simulates one domain without encoding anything: who wakes next, and a check that sees each event.
import { cadenceOf } from '../../producers/kernel/descriptor.ts'
import { Wakes } from '../../producers/kernel/wakes.ts'
import { AS_USUAL } from '../../producers/simulation/conditions.ts'
import { createWeather } from '../../producers/simulation/days/weather.ts'
import { createDemand } from '../../producers/simulation/demand.ts'
import type { Domain, SimulationContext } from '../../producers/simulation/simulator.ts'
import type { Catalogue, City, Scenario } from '../../seeds/contract.ts'
import type { ModelCheck, Subject } from './check.ts'

export type DriveOptions = {
  city: City
  catalogue: Catalogue
  scenario: Scenario
  domain: Domain
  days: number
}

/** A domain's context and its simulator, with all assets in one shard. */
export function openSubject({ city, catalogue, scenario, domain, days }: DriveOptions): Subject {
  const name = domain.declaration.domain
  const { from, to } = catalogue.ranges[name]
  const context: SimulationContext = {
    city,
    catalogue,
    scenario,
    cadence: cadenceOf(domain.declaration, scenario),
    demand: createDemand(city, scenario),
    weather: createWeather(city, scenario),
    conditions: AS_USUAL,
    assets: Uint32Array.from({ length: to - from }, (_, i) => from + i),
    parameters: city.domainParameters[name],
    wakeBy: (i, time) => subject.wakes?.wakeBy(i, time),
  }
  const simulator = domain.createSimulator(context)
  const subject: Driven = { context, simulator, start: scenario.start, days }
  return subject
}

/** Set while its assets are being woken. */
type Driven = Subject & { wakes?: Wakes }

/** Lets everything happen that happens before `end`, before the eyes of the check. */
export function drive(subject: Driven, check: ModelCheck, end: number): void {
  const { context, simulator } = subject
  const assets = context.assets.map((_, i) => i)
  const wakes = new Wakes([{ assets, simulator }], assets.length, end)
  subject.wakes = wakes
  const seen = { event: 0, i: 0, time: 0, data: {} as object }
  const emit = (event: number, data: object) => {
    seen.event = event
    seen.data = data
    check.on(seen)
  }
  while (wakes.time() < end) {
    if (wakes.dropMoved()) continue
    seen.i = wakes.number()
    seen.time = wakes.time()
    wakes.sleepUntil(simulator.wake(seen.i, seen.time, emit))
  }
}
