// What a replay came to: final readings and the account over all topic-partitions, as they stand on `kpi`.
import type { EventLog } from '../../infra/event-log/event-log.ts'
import { readRange } from '../../infra/event-log/log-range.ts'
import { kpiKeys } from '../../processor/contract/keys.ts'
import type { LedgerReading } from '../../processor/contract/types.ts'
import type { Topics } from '../../producers/contract/topics.ts'

export type Account = Pick<
  LedgerReading,
  'produced' | 'folded' | 'duplicate' | 'late' | 'deadLetter' | 'unexplained'
>

export type ReplayOutcome = {
  /** Final readings by kind of window. */
  finals: { window: number; day: number }
  account: Account
  /** Topic-partitions of which records were gone before they could be read, or whose bytes are not those that were hashed. */
  unproved: string[]
}

export async function outcomeOf(log: EventLog, topics: Topics): Promise<ReplayOutcome> {
  const finals = { window: new Set<string>(), day: new Set<string>() }
  const ledgers = new Map<string, LedgerReading>()
  for await (const records of readRange(log, { topic: topics.kpi, partition: 0 })) {
    for (const { key, value } of records) {
      const name = key!.toString()
      const kind = kpiKeys.parse(name)?.kind
      if (kind === 'window' || kind === 'day') finals[kind].add(name)
      else if (kind === 'ledger') ledgers.set(name, JSON.parse(value!.toString()) as LedgerReading)
    }
  }
  const account = { produced: 0, folded: 0, duplicate: 0, late: 0, deadLetter: 0, unexplained: 0 }
  for (const ledger of ledgers.values()) {
    for (const name of Object.keys(account) as (keyof Account)[]) account[name] += ledger[name]
  }
  const unproved = [...ledgers.values()]
    .filter(({ chainEqual, incomplete }) => !chainEqual || incomplete)
    .map(({ domain, partition }) => `${domain}/${partition}`)
  return { finals: { window: finals.window.size, day: finals.day.size }, account, unproved }
}
