// A whole run in this process: every record's bytes through the tasks and merge that run on Kafka, with what came of them.
import type { Alert, KpiReading } from '../../processor/contract/types.ts'
import { createInProcessProcessor } from '../../processor/in-process.ts'
import type { IncidentRecord } from '../../producers/contract/records.ts'
import { byWindow } from '../recordings/final-readings.ts'
import { OFFLINE_EPOCH, openKernel, runThrough, type World } from './world.ts'

export type RunSinks = {
  /** Every final reading, in the order in which it became final. */
  reading?: (reading: KpiReading) => void
  /** Each alert as it opens, and again as it closes. */
  alert?: (alert: Alert) => void
  /** What really happened: each incident as it begins, and again as it ends. */
  incident?: (incident: IncidentRecord) => void
  /** Asked after each sim minute; default never. */
  isEnough?: () => boolean
}

/** Runs the scenario to its end, or until it is enough. */
export function computeRun(world: World, { reading, alert, incident, isEnough }: RunSinks) {
  const { descriptor, catalogue, city } = world
  const kernel = openKernel(world, 0, 1)
  const processor = createInProcessProcessor(descriptor, catalogue, city, OFFLINE_EPOCH)
  const offsets = new Map<string, bigint>()

  function take(): void {
    const { truth, incidents, lanes } = kernel.drain()
    for (const { record } of incidents) incident?.(record)
    for (const t of truth) processor.truth(Buffer.from(JSON.stringify(t.partial)))
    for (const { domain, partition, records } of lanes) {
      const lane = `${domain}/${partition}`
      let offset = offsets.get(lane) ?? 0n
      for (const record of records)
        processor.record(domain, partition, { ...record, offset: offset++ })
      offsets.set(lane, offset)
    }
    for (const final of processor.takeReadings().sort(byWindow)) reading?.(final)
    for (const changed of processor.takeAlerts()) alert?.(changed)
  }

  runThrough(world, kernel, take, isEnough)
  return { ledger: processor.ledger(), events: kernel.events }
}
