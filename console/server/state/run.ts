// Everything known of one epoch: a new epoch is a new ShownRun, so nothing of the old one can linger.
import { runFacts } from '../../../processor/contract/run-facts.ts'
import type { Declaration } from '../../../producers/contract/declaration.ts'
import type { Measure } from '../../../producers/contract/measures.ts'
import type { AcceptedCommand, Descriptor } from '../../../producers/contract/records.ts'
import { MAX_SPEED } from '../../../producers/contract/run/run-commands.ts'
import type { Catalogue, City } from '../../../seeds/contract.ts'
import type { RunView } from '../../messages.ts'
import { type ConsoleOptions, DEFAULT_SPEEDS } from '../options.ts'
import { createAcknowledgements, createAlerts, createIncidents } from './bounded-log.ts'
import { createChains } from './chains.ts'
import { EventSpans } from './feed/event-spans.ts'
import { ReadingSource } from './feed/reading-source.ts'
import { Findings } from './findings/findings.ts'
import { History } from './history.ts'
import { createLedgerBook } from './ledger.ts'
import { createMapState } from './map-state.ts'
import { createReadings } from './readings.ts'
import { createRunClock } from './run-clock.ts'
import { Twins } from './twins.ts'

export type ShownKpi = { id: string; domain: string; declaration: Declaration; measure: Measure }
/** A command to the city that was accepted: a twin can leave it out. */
export type ShownAction = Pick<AcceptedCommand, 'id' | 'name' | 'target' | 'by' | 'effectiveAt'>
export type ShownRun = ReturnType<typeof createRun>

/** Throws an Error that says why when the seeds here are not the run's. */
export function createRun(
  epoch: number,
  descriptor: Descriptor,
  options: Pick<ConsoleOptions, 'cityOf' | 'catalogueOf'>,
) {
  const city: City = options.cityOf(descriptor)
  const catalogue: Catalogue = options.catalogueOf(descriptor)
  if (catalogue.hash !== descriptor.catalogue) {
    throw new Error(
      `catalogue of run ${descriptor.run}: ${catalogue.hash.slice(0, 12)} here, expected ` +
        `${descriptor.catalogue.slice(0, 12)}; start the console with the seeds of the producers`,
    )
  }
  const kpis = new Map<string, ShownKpi>()
  for (const [domain, declaration] of Object.entries(descriptor.declarations)) {
    for (const measure of declaration.measures) {
      const id = `${domain}.${measure.name}`
      kpis.set(id, { id, domain, declaration, measure })
    }
  }
  const facts = runFacts(epoch, descriptor, city)
  const history = new History()
  const map = createMapState(catalogue.size)
  return {
    epoch,
    descriptor,
    city,
    catalogue,
    kpis,
    facts,
    source: new ReadingSource(facts),
    clock: createRunClock(Date.parse(descriptor.start), Date.parse(descriptor.end)),
    map,
    findings: new Findings({ epoch, city, catalogue, map, declarations: descriptor.declarations }),
    readings: createReadings(),
    history,
    twins: new Twins(history, kpis, descriptor.scale),
    actions: [] as ShownAction[],
    ledger: createLedgerBook(),
    spans: new EventSpans(Date.parse(descriptor.start), Date.parse(descriptor.end)),
    chains: createChains(Object.keys(descriptor.declarations).length * descriptor.partitions),
    interventions: { count: 0, first: null as string | null },
    alerts: createAlerts(),
    acknowledgements: createAcknowledgements(),
    incidents: createIncidents(),
  }
}

export type Offer = Pick<ConsoleOptions, 'speeds' | 'commands' | 'world' | 'replay'>

/** GET /api/run at wall time `now`. */
export function runView(run: ShownRun, now: number, offer: Offer): RunView {
  const { descriptor, city, catalogue } = run
  return {
    run: descriptor.run,
    epoch: run.epoch,
    scenario: descriptor.scenario,
    title: descriptor.title,
    seed: descriptor.seed,
    digest: descriptor.digest,
    city: descriptor.city,
    catalogue: catalogue.hash,
    assets: catalogue.size,
    scale: descriptor.scale,
    partitions: descriptor.partitions,
    windowMs: descriptor.window,
    tickMs: descriptor.tick,
    clock: run.clock.view(now),
    declarations: descriptor.declarations,
    incidents: descriptor.incidents ?? [],
    cues: descriptor.cues ?? [],
    plan: descriptor.plan,
    scopes: city.scopes,
    speeds: speedsOf(descriptor, offer.speeds ?? DEFAULT_SPEEDS),
    commands: offer.commands ?? true,
    world: offer.world ?? 0,
    ...(offer.replay && { replay: offer.replay }),
    ...(run.source.engine === 'flink-sql' && { engine: run.source.engine }),
  }
}

function speedsOf({ speed }: Descriptor, offered: number[]): number[] {
  const all = speed > 0 && speed <= MAX_SPEED ? [...offered, speed] : offered
  return [...new Set(all)].sort((a, b) => a - b)
}
