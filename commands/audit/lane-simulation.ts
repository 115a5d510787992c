// Simulates one topic-partition of a recorded run again: same descriptor, same seeds, same operators' commands.

import type { LaneSimulation } from '../../audit/resimulate/resimulate.ts'
import type { NewRecord } from '../../infra/event-log/event-log.ts'
import { Problem } from '../../infra/problem.ts'
import { formatDuration, MINUTE_MS } from '../../infra/time.ts'
import { runFacts } from '../../processor/contract/run-facts.ts'
import type { AcceptedCommand, Descriptor } from '../../producers/contract/records.ts'
import { isForConductor } from '../../producers/contract/run/run-commands.ts'
import { domains } from '../../producers/domains.ts'
import { createFaults } from '../../producers/kernel/faults.ts'
import { createKernel, type Kernel } from '../../producers/kernel/kernel.ts'
import type { Catalogue, City, Scenario } from '../../seeds/contract.ts'
import { loadScenario } from '../../seeds/scenario/scenario.ts'
import { worldsOfDescriptors } from '../wiring/on-kafka.ts'

export type RunToSimulate = {
  descriptor: Descriptor
  epoch: number
  city: City
  catalogue: Catalogue
  scenario: Scenario
  /** Of the run, in the order of the log. */
  commands: AcceptedCommand[]
}

/** The scenario of a descriptor read from the log; a text says why this build cannot simulate it. */
export function scenarioOf(descriptor: Descriptor): Scenario | string {
  const { start, end, seed, scale, partitions } = descriptor
  try {
    const duration = formatDuration(Date.parse(end) - Date.parse(start))
    const simulated = Object.keys(descriptor.declarations)
    const flags = { seed, start, for: duration, scale, partitions, domains: simulated }
    const scenario = loadScenario(`${descriptor.city}/${descriptor.scenario}`, flags)
    if (scenario.digest === descriptor.digest) return scenario
    return `scenario ${descriptor.scenario} is ${scenario.digest} here, ${descriptor.digest} in the run`
  } catch (error) {
    if (error instanceof Problem) return error.message
    throw error
  }
}

/** Simulates `domain`/`partition` of the run up to `to` (ms), as its producers did; nothing else of the city happens. */
export function simulateLane(
  run: RunToSimulate,
  domain: string,
  partition: number,
  to: number,
): LaneSimulation {
  const without = kernelOf(run, domain, partition, false)
  const faults = createFaults(run.scenario, domain)
  return {
    written: happen(run, kernelOf(run, domain, partition, true), to),
    happened: happen(run, without, to),
    faultOf: (id, time) =>
      faults?.draw(id, time)?.kind ?? (without.isBehindOutage(id, time) ? 'gateway-outage' : null),
  }
}

function kernelOf(
  { city, catalogue, scenario, epoch, descriptor }: RunToSimulate,
  domain: string,
  partition: number,
  faults: boolean,
): Kernel {
  return createKernel({
    city,
    catalogue,
    scenario: { ...scenario, domains: [domain] },
    descriptor: { ...descriptor, truth: false },
    domains: domains.filter((d) => d.declaration.domain === domain),
    epoch,
    shard: partition,
    shards: descriptor.partitions,
    faults,
  })
}

function* happen(run: RunToSimulate, kernel: Kernel, to: number): Generator<NewRecord[]> {
  const { scenario } = run
  const drained = () => kernel.drain().lanes.flatMap((lane) => lane.records)
  const stamp = (time: number) => time
  function* upTo(time: number) {
    for (let t = Math.max(scenario.start, kernel.simulatedTo); t < time; t += MINUTE_MS) {
      kernel.advance(t, stamp)
      yield drained()
    }
    kernel.advance(time, stamp)
    yield drained()
  }
  kernel.begin(scenario.start)
  for (const command of run.commands) {
    const at = Date.parse(command.effectiveAt)
    if (isForConductor(command) || at > to) continue
    yield* upTo(at)
    kernel.obey(command)
  }
  yield* upTo(to)
}

/** What an audit needs of a run's world; `note` says why it cannot be simulated here, if so. */
export function runWorld(
  run: Pick<RunToSimulate, 'descriptor' | 'epoch' | 'commands'>,
  scenario = scenarioOf(run.descriptor),
) {
  const { descriptor } = run
  const worlds = worldsOfDescriptors()
  const city = worlds.cityOf(descriptor)
  const catalogue = worlds.catalogueOf(descriptor)
  const note = typeof scenario === 'string' ? scenario : null
  return {
    facts: runFacts(run.epoch, descriptor, city),
    scopes: city.scopes.map((s) => s.code),
    ...assetsOf(city, catalogue, descriptor.partitions),
    simulate:
      typeof scenario === 'string'
        ? null
        : (domain: string, partition: number, to: number) =>
            simulateLane({ ...run, city, catalogue, scenario }, domain, partition, to),
    note,
  }
}

/** The assets as an audit asks for them; `assetOf` is undefined for an id that the domain does not have. */
export function assetsOf(city: City, catalogue: Catalogue, partitions: number) {
  const rangeOf = (domain: string) => catalogue.ranges[domain] ?? { from: 0, to: 0 }
  return {
    assetsIn: (domain: string) => rangeOf(domain).to - rangeOf(domain).from,
    assetOf(domain: string, id: string) {
      const number = catalogue.numberOf(id)
      const { from, to } = rangeOf(domain)
      if (number < from || number >= to) return undefined
      const { code } = city.scopes[catalogue.district[number]]
      return { partition: catalogue.cell[number] % partitions, district: code }
    },
  }
}
