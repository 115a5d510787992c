// Where the events of a run to be graded lie: on Kafka, in a recording, or nowhere, so that they happen again here.

import { readRun, recordsNow } from '../../audit/read-log.ts'
import { inParallel } from '../../infra/in-parallel.ts'
import { Problem, problemText } from '../../infra/problem.ts'
import type { GradedRun } from '../../load/grade/expected.ts'
import type { Descriptor } from '../../producers/contract/records.ts'
import { topicNames } from '../../producers/contract/topics.ts'
import { recordedRuns } from '../../replay/export/recorded-runs.ts'
import type { Recording } from '../../replay/recording/recording.ts'
import { assetsOf } from '../audit/lane-simulation.ts'
import type { OptionValues } from '../options/options.ts'
import { ignoredOnStderr } from '../wiring/ignored.ts'
import { type openKafka, worldsOfDescriptors } from '../wiring/on-kafka.ts'
import { OFFLINE_EPOCH, openKernel, openWorld, runThrough } from '../wiring/world.ts'

const READERS = 4

/** What lies on the topics at this moment; asked again, the same. */
export async function runOnKafka(
  { log, topics }: ReturnType<typeof openKafka>,
  asked: number | undefined,
): Promise<GradedRun> {
  const run = await readRun(log, topics, ignoredOnStderr(), asked)
  const { descriptor, epoch, isRun } = run
  const records = await recordsNow(log, topics, Object.keys(descriptor.declarations))
  return {
    ...{ descriptor, epoch, isRun },
    ...cityOf(descriptor),
    async each(domains, take) {
      await inParallel(lanesOf(descriptor, domains), READERS, async ({ domain, partition }) => {
        for await (const batch of records(domain, partition)) {
          for (const record of batch) take({ domain, partition, record })
        }
      })
    },
  }
}

export async function runInRecording(
  recording: Recording,
  asked: number | undefined,
): Promise<GradedRun> {
  const runs = await recordedRuns(recording)
  const run = asked === undefined ? runs.at(-1) : runs.find((r) => r.epoch === asked)
  if (!run) {
    const known = runs.map((r) => r.epoch).join(', ') || 'none'
    throw new Problem(
      problemText(
        recording.folder,
        `no run${asked === undefined ? '' : ` of epoch ${asked}`}`,
        `one of: ${known}`,
      ),
    )
  }
  const { descriptor, epoch } = run
  const topics = topicNames(recording.manifest.source.prefix)
  return {
    ...{ descriptor, epoch },
    ...cityOf(descriptor),
    isRun: (e, id) => runs.some((r) => r.epoch === e && r.descriptor.run === id),
    async each(domains, take) {
      const domainOf = new Map(domains.map((domain) => [topics.domain(domain), domain]))
      for await (const records of recording.records('events')) {
        for (const record of records) {
          const domain = domainOf.get(record.topic)
          if (domain !== undefined) take({ domain, partition: record.partition, record })
        }
      }
    },
  }
}

/** Timestamps are sim times: there is no wall clock in it. */
export function simulatedRun(values: OptionValues): GradedRun {
  const world = openWorld(values, { truth: false })
  const { descriptor, city, catalogue } = world
  return {
    descriptor,
    epoch: OFFLINE_EPOCH,
    scopes: city.scopes.map(({ code }) => code),
    ...assetsOf(city, catalogue, descriptor.partitions),
    isRun: () => false,
    async each(domains, take) {
      const kernel = openKernel(world, 0, 1)
      runThrough(world, kernel, () => {
        for (const { domain, partition, records } of kernel.drain().lanes) {
          if (!domains.includes(domain)) continue
          for (const record of records)
            take({ domain, partition, record: { ...record, offset: 0n } })
        }
      })
    },
  }
}

function cityOf(descriptor: Descriptor) {
  const worlds = worldsOfDescriptors()
  const city = worlds.cityOf(descriptor)
  return {
    scopes: city.scopes.map(({ code }) => code),
    ...assetsOf(city, worlds.catalogueOf(descriptor), descriptor.partitions),
  }
}

function lanesOf({ partitions }: Descriptor, domains: string[]) {
  return domains.flatMap((domain) =>
    Array.from({ length: partitions }, (_, partition) => ({ domain, partition })),
  )
}
