// The runs of a city that a recording has: their descriptors, by which everything else in it is understood.
import type { Declaration } from '../../producers/contract/declaration.ts'
import type { Descriptor } from '../../producers/contract/records.ts'
import { createRunReader } from '../../producers/contract/run/run-reader.ts'
import { topicNames } from '../../producers/contract/topics.ts'
import type { Recording } from '../recording/recording.ts'

export type DescribedRun = { epoch: number; descriptor: Descriptor }

/** The newest last; none where the topics are somebody else's. */
export async function recordedRuns(recording: Recording): Promise<DescribedRun[]> {
  const { run: topic } = topicNames(recording.manifest.source.prefix)
  const reader = createRunReader({ topic, report: () => {} })
  const runs = new Map<number, DescribedRun>()
  for await (const records of recording.records('control')) {
    for (const record of records) {
      if (record.topic !== topic) continue
      const fact = reader.read(record)
      if (fact?.kind !== 'descriptor') continue
      runs.set(fact.epoch, { epoch: fact.epoch, descriptor: fact.descriptor })
    }
  }
  return [...runs.values()].sort((a, b) => a.epoch - b.epoch)
}

/** By domain, of the newest run that has it: within a version of a type fields are only added. */
export const declarationsOf = (runs: DescribedRun[]): Record<string, Declaration> =>
  Object.assign({}, ...runs.map(({ descriptor }) => descriptor.declarations))
