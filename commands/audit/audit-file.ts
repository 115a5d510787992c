// Makes an audit's input of a file of records: what the real tasks and the truth say of it, and the records again for the oracle.

import { Type } from 'typebox'
import type { AuditInput, PublishedRecords } from '../../audit/input.ts'
import { Problem, problemText } from '../../infra/problem.ts'
import { parseBoundedJson } from '../../infra/text/bounded-json.ts'
import { createCheckedReader } from '../../infra/text/checked-json.ts'
import { dayReadingSchema, windowReadingSchema } from '../../processor/contract/schemas.ts'
import type { KpiReading } from '../../processor/contract/types.ts'
import { createInProcessProcessor } from '../../processor/in-process.ts'
import {
  type Partial,
  RUN_STARTED_TYPE,
  type RunStarted,
  TICK_TYPE,
} from '../../producers/contract/records.ts'
import { topicNames } from '../../producers/contract/topics.ts'
import type { OptionValues } from '../options/options.ts'
import { advancing, openKernel, openWorld, type World } from '../wiring/world.ts'
import { assetsOf, simulateLane } from './lane-simulation.ts'
import { openLines } from './line-file.ts'
import { type FileRecord, openRecords, type RecordsFile } from './records-file.ts'

/** Keep the file open until the audit is over: records are read from it as they are asked for. */
export async function auditFile(
  values: OptionValues,
): Promise<{ input: AuditInput; close(): void }> {
  const path = values['from-file'] as string
  const topics = topicNames(values.prefix as string | undefined)
  const readings = values.kpis === undefined ? null : await readKpis(values.kpis as string)
  const world = openWorld(values, { truth: true })
  const file = await openRecords(path)
  try {
    const input = auditInputOf(world, file, path, topics.domain)
    if (readings) input.published.readings = readings
    return { input, close: file.close }
  } catch (error) {
    file.close()
    throw error
  }
}

/** All records of a run of `world`: what the real tasks make of them, the truth, and the records again; `path` names them. */
export function auditInputOf(
  world: World,
  file: Pick<RecordsFile, 'each' | 'lane'>,
  path: string,
  topicOf = topicNames().domain,
): AuditInput {
  const { city, catalogue, descriptor } = world
  const epoch = epochOf(file, descriptor.run, path)
  const run = { ...world, epoch }
  const end = Date.parse(descriptor.end)
  return {
    descriptor,
    epoch,
    scopes: city.scopes.map((s) => s.code),
    topicOf,
    ...assetsOf(city, catalogue, descriptor.partitions),
    isRun: () => false,
    endedAt: end,
    upTo: end,
    records: (domain, partition) => file.lane(topicOf(domain), partition),
    published: publish(world, epoch, file, path, topicOf),
    simulate: (domain, partition, to) => simulateLane(run, domain, partition, to),
  }
}

/** Epoch of the first run-started marker, which must be of the run that the options describe. */
function epochOf(file: Pick<RecordsFile, 'each'>, run: string, path: string): number {
  let found: RunStarted['data'] | null = null
  file.each(({ record: { key, value } }) => {
    if (key !== null || !value?.includes(RUN_STARTED_TYPE)) return false
    const marker = markerOf(value)
    if (marker?.type !== RUN_STARTED_TYPE) return false
    found = marker.data ?? null
    return true
  })
  const data = found as RunStarted['data'] | null
  if (data?.run === run && Number.isSafeInteger(data.epoch)) return data.epoch
  const got = data ? `run ${data.run}` : 'no run-started marker'
  const todo = 'give the options with which the file was made'
  throw new Problem(problemText(path, got, `run ${run}`, todo))
}

/** Feeds the file to the real tasks and merge, and lets the truth happen beside it. */
function publish(
  world: World,
  epoch: number,
  file: Pick<RecordsFile, 'each'>,
  path: string,
  topicOf: (domain: string) => string,
): PublishedRecords {
  const { scenario, descriptor, catalogue, city } = world
  const processor = createInProcessProcessor(descriptor, catalogue, city, epoch)
  const kernel = openKernel(world, 0, 1, { epoch })
  const advance = advancing(world, kernel)
  const domainOf = new Map(scenario.domains.map((d) => [topicOf(d), d]))
  const truths = new Map<string, Partial>()
  const readings: KpiReading[] = []

  function take({ topic, partition, line, record }: FileRecord): undefined {
    const domain = domainOf.get(topic)
    if (domain === undefined || partition < 0 || partition >= descriptor.partitions) {
      const known = `one of ${[...domainOf.keys()].join(', ')}, below ${descriptor.partitions}`
      throw new Problem(problemText(`${path}:${line}`, `${topic}/${partition}`, known))
    }
    // A window's truth comes before the tick that ends it.
    if (record.key === null && record.value) letHappen(tickTime(record.value))
    processor.record(domain, partition, record)
    readings.push(...processor.takeReadings())
  }

  function letHappen(to: number): void {
    if (!(to > kernel.simulatedTo)) return
    advance(to)
    for (const { partial } of kernel.drain().truth) {
      truths.set(`${partial.domain}/${partial.partition}/${partial.start}`, partial)
      processor.truth(Buffer.from(JSON.stringify(partial)))
    }
  }

  file.each(take)
  letHappen(Date.parse(descriptor.end))
  readings.push(...processor.takeReadings())
  // The tasks name the topics of the default prefix.
  const names = topicNames()
  const rejected = new Map<string, string>()
  for (const { topic, partition, offset, reason } of processor.takeRejected()) {
    const domain = scenario.domains.find((d) => names.domain(d) === topic)!
    rejected.set(`${topicOf(domain)}/${partition}/${offset}`, reason)
  }
  const ledgers = new Map(processor.ledger().map((l) => [`${l.domain}/${l.partition}`, l]))
  return { readings, ledgers, truths, partials: null, rejected, trimmed: [] }
}

function tickTime(value: Buffer): number {
  if (!value.includes(TICK_TYPE)) return Number.NaN
  const { type, time } = markerOf(value) ?? {} // One that was cut: the task will say so.
  return type === TICK_TYPE ? Date.parse(time as string) : Number.NaN
}

type Marker = { type?: unknown; time?: unknown; data?: RunStarted['data'] }

function markerOf(value: Buffer): Marker | null {
  const { value: marker } = parseBoundedJson(value, { maxBytes: value.length }) as {
    value?: unknown
  }
  return typeof marker === 'object' ? (marker as Marker | null) : null
}

const MAX_READING_BYTES = 4 * 1024 * 1024
const readReading = createCheckedReader<KpiReading>(
  Type.Union([windowReadingSchema, dayReadingSchema]),
  { maxBytes: MAX_READING_BYTES },
)

async function readKpis(path: string): Promise<KpiReading[]> {
  const file = await openLines(path)
  const readings: KpiReading[] = []
  try {
    for (const { bytes, line } of file.lines()) {
      if (bytes.length === 0) continue
      const checked = readReading(bytes)
      if (checked.fault) {
        const expected = 'a reading as `huacheng kpis --json` prints'
        throw new Problem(problemText(`${path}:${line}`, checked.fault.detail, expected))
      }
      readings.push(checked.value)
    }
  } finally {
    file.close()
  }
  return readings
}
