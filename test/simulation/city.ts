// The tiny city of the simulation: twelve lamps, two partitions, eight windows; and what an undisturbed run of it writes.

import { incidentKey } from '../../producers/contract/keys.ts'
import type { AcceptedCommand, Descriptor, Partial } from '../../producers/contract/records.ts'
import { isForConductor } from '../../producers/contract/run/run-commands.ts'
import { createKernel } from '../../producers/kernel/kernel.ts'
import type { ProducerWorld } from '../../producers/run/shard/shard.ts'
import type { Catalogue, Scenario } from '../../seeds/contract.ts'
import { city, lamp, lampDescriptor, lampScenario, lamps, START } from '../producers/lamp-city.ts'
import type { Settings } from './settings.ts'

export const PARTITIONS = 2
const WINDOW_MS = 20_000
export const DURATION_MS = 160_000
const TICK_MS = 5_000
const LAMPS = 12
/** Four windows before 00:00 in Asia/Shanghai. */
const BEFORE_MIDNIGHT = Date.parse('2025-06-18T15:58:40.000Z')

const RUN_IDS = ['r-00000000000a', 'r-00000000000b', 'r-00000000000c', 'r-00000000000d']

export type TinyCity = {
  world: ProducerWorld
  scenario: Scenario
  catalogue: Catalogue
  /** Descriptor of the n-th start. */
  descriptorOf(restart: number): Descriptor
}

export { city, lamp }

/** Lamps of both districts in both partitions: every reading is a sum over tasks. */
function catalogueOf(): Catalogue {
  const catalogue = lamps(LAMPS)
  return { ...catalogue, cell: Uint16Array.from(catalogue.ids, (_, i) => (5 * i + (i >> 1)) % 240) }
}

export function createCity(settings: Settings, seed: number): TinyCity {
  const catalogue = catalogueOf()
  const scenario = lampScenario({
    seed,
    start: settings.midnight ? BEFORE_MIDNIGHT : START,
    durationMs: DURATION_MS,
    windowMs: WINDOW_MS,
    tickMs: TICK_MS,
    partitions: PARTITIONS,
    speed: settings.speed,
    cadence: { lamp: { everyMs: WINDOW_MS, phase: 'spread' } },
    allowedLatenessMs: settings.allowedLatenessMs,
    faults: settings.faults,
  })
  return {
    world: { city, catalogue, scenario },
    scenario,
    catalogue,
    descriptorOf: (restart) =>
      withAlert({
        ...lampDescriptor(scenario, catalogue, settings.shards),
        run: RUN_IDS[restart % RUN_IDS.length],
      }),
  }
}

/** Mean power below this in so many windows in a row opens an alert. */
export const ALERT = { kpi: 'lamp.power', below: 66, windows: 2 }

function withAlert(descriptor: Descriptor): Descriptor {
  const { below, windows } = ALERT
  const { lamp: declaration } = descriptor.declarations
  const measures = declaration.measures.map((m) =>
    `lamp.${m.name}` === ALERT.kpi
      ? {
          ...m,
          thresholds: [{ below, windows, severity: 'warning' as const, scope: 'city' as const }],
        }
      : m,
  )
  return { ...descriptor, declarations: { lamp: { ...declaration, measures } } }
}

export type Undisturbed = {
  /** Values by partition, in order. */
  lanes: string[][]
  /** By key of the topic `truth`. */
  truth: Map<string, Partial>
  /** What is written of each incident, in order, by key of the topic `incident`. */
  incidents: Map<string, string[]>
}

/** The whole run of one epoch, simulated by one shard without a log, with the commands that the log recorded. */
export function undisturbed(
  tiny: TinyCity,
  descriptor: Descriptor,
  epoch: number,
  commands: AcceptedCommand[],
): Undisturbed {
  const { scenario } = tiny
  const shared = { ...tiny.world, descriptor, domains: [lamp], epoch }
  const kernel = createKernel({ ...shared, shard: 0, shards: 1 })
  const stamp = (time: number) => time
  kernel.begin(scenario.start)
  for (const command of commands) {
    if (isForConductor(command)) continue
    kernel.advance(Date.parse(command.effectiveAt), stamp)
    kernel.obey(command)
  }
  kernel.advance(scenario.start + scenario.durationMs, stamp)
  const { lanes, truth, incidents } = kernel.drain()
  const ofIncident = new Map<string, string[]>()
  for (const { record } of incidents) {
    const key = incidentKey.build({ epoch, id: record.id })
    ofIncident.set(key, [...(ofIncident.get(key) ?? []), JSON.stringify(record)])
  }
  return {
    lanes: Array.from({ length: PARTITIONS }, (_, p) =>
      lanes.flatMap((l) => (l.partition === p ? l.records.map((r) => r.value!.toString()) : [])),
    ),
    truth: new Map(truth.map((t) => [t.key, t.partial])),
    incidents: ofIncident,
  }
}
