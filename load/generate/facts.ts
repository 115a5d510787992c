// What a city says besides its events: incidents, and the truth of windows, as its producers write them.
import type { Clock } from '../../infra/clock.ts'
import type { EventLog } from '../../infra/event-log/event-log.ts'
import { incidentKey } from '../../producers/contract/keys.ts'
import type { Topics } from '../../producers/contract/topics.ts'
import type { SimSlice } from './slice-source.ts'

type FactsTo = { log: EventLog; topics: Topics; clock: Clock; isFirst: boolean }

export async function appendFacts(
  { log, topics, clock, isFirst }: FactsTo,
  { truth, incidents }: Pick<SimSlice, 'truth' | 'incidents'>,
): Promise<void> {
  const timestamp = Math.round(clock.now())
  const told = isFirst ? incidents : []
  if (told.length > 0) {
    const records = told.map(({ record }) => ({
      key: Buffer.from(incidentKey.build({ epoch: record.epoch, id: record.id })),
      value: Buffer.from(JSON.stringify(record)),
      timestamp,
    }))
    await log.append(topics.incident, 0, records)
  }
  if (truth.length === 0) return
  const records = truth.map(({ key, partial }) => ({
    key: Buffer.from(key),
    value: Buffer.from(JSON.stringify(partial)),
    timestamp,
  }))
  await log.append(topics.truth, 0, records)
}
