// Says when a run has come to its end: everything written, folded, merged, accounted for.
import { isoTime } from '../../infra/time.ts'
import type { Alert, KpiReading, LedgerReading } from '../../processor/contract/types.ts'
import type { RunEnd } from '../../producers/contract/records.ts'
import { topics } from './cast.ts'
import { countRecords } from './check-tasks.ts'
import { PARTITIONS, type TinyCity } from './city.ts'
import { expectedAlerts, KPIS } from './oracle.ts'
import type { World } from './world.ts'

const LOOK_MS = 100

export function createReferee(world: World, tiny: TinyCity, unanswered: () => string[]) {
  const { scenario } = tiny
  const { scheduler } = world
  /** By key: what they say of each scope. */
  const finals = new Map<string, KpiReading['scopes']>()
  /** By key: windows whose end the last and the newest day record name. */
  const days = new Map<string, { last: string; newest: string }>()
  /** Of each epoch, by when they opened: when their last records say that they closed. */
  const alerts = new Map<number, Map<string, string | null>>()
  const ledgers = new Map<string, LedgerReading>()
  let newest: { epoch: number; run: string } | null = null
  let ended = -1

  world.onWrite((records) => {
    for (const { topic, key, value, offset } of records) {
      const parts = String(key).split('|')
      if (topic === topics.kpi && parts[1] === 'ledger') {
        ledgers.set(`${parts[0]}|${parts[3]}`, JSON.parse(value!.toString()))
      } else if (topic === topics.kpi && parts[2] === 'day') {
        const { end } = (JSON.parse(value!.toString()) as KpiReading).window
        const newest = days.get(String(key))?.newest ?? ''
        days.set(String(key), { last: end, newest: end > newest ? end : newest })
      } else if (topic === topics.kpi && parts.length === 3) {
        finals.set(String(key), (JSON.parse(value!.toString()) as KpiReading).scopes)
      } else if (topic === topics.alert) {
        const { epoch, openedAt, closedAt } = JSON.parse(value!.toString()) as Alert
        const ofRun = alerts.get(epoch) ?? new Map<string, string | null>()
        alerts.set(epoch, ofRun.set(openedAt, closedAt))
      } else if (topic === topics.run && parts[1] === 'end') {
        const { reason } = JSON.parse(value!.toString()) as RunEnd
        // What a restart ends is followed by a new run.
        if (reason === 'restart') continue
        const epoch = Number(parts[0])
        ended = Math.max(ended, epoch)
        // An end is repeated, also by a conductor that does not know yet that a newer run has begun.
        if (epoch === newest?.epoch) world.runEnded = true
      } else if (topic === topics.run && parts[0] === 'descriptor') {
        world.runEnded = false
        newest = { epoch: Number(offset), run: parts[1] }
      }
    }
  })

  /** Alerts follow their finals: a merge that died in between leaves them to the next, which is rebuilt first. */
  function missingAlert(epoch: number): string | null {
    const ofRun = new Map(
      [...finals]
        .filter(([key]) => key.startsWith(`${epoch}|`))
        .map(([key, scopes]) => {
          const [, kpi, at] = key.split('|')
          return [`${kpi}|window|${at}`, scopes]
        }),
    )
    const found = alerts.get(epoch)
    for (const [openedAt, closedAt] of expectedAlerts(ofRun, scenario)) {
      const got = found?.get(openedAt)
      if (got !== closedAt) return `alert of ${openedAt} closed at ${got}, not at ${closedAt}`
    }
    return null
  }

  /** What the newest run still lacks, or null. */
  function missing(): string | null {
    if (!newest) return 'there is no run'
    if (unanswered().length > 0) return `no answer to ${unanswered().join(', ')}`
    if (ended !== newest.epoch) return `run ${newest.epoch} has no end`
    const { start, durationMs, windowMs, allowedLatenessMs } = scenario
    // What a trimmed partition's last ticks said may have been taken away before anybody read it.
    const whole = [...Array(PARTITIONS).keys()].filter((p) => !world.trimmed.has(p))
    for (const p of whole) {
      const ledger = ledgers.get(`${newest.epoch}|${p}`)
      const end = start + durationMs
      // Compaction keeps the last one: it must be the newest, whatever a process that came back wrote.
      if (!ledger) return `no ledger of partition ${p}`
      if (Date.parse(ledger.watermark) < end) return `ledger of ${p} stands at ${ledger.watermark}`
    }
    const isWhole = whole.length === PARTITIONS
    for (
      let at = start;
      isWhole && at + windowMs + allowedLatenessMs <= start + durationMs;
      at += windowMs
    ) {
      for (const kpi of KPIS) {
        const key = `${newest.epoch}|${kpi}|${isoTime(at)}`
        if (!finals.has(key)) return `no final ${key}`
      }
    }
    for (const [key, day] of days) {
      if (Number(key.split('|')[0]) !== newest.epoch || day.last === day.newest) continue
      return `${key} ends as that of ${day.last}, not of ${day.newest}`
    }
    // A merge that is rebuilt from part of the windows may see other streaks.
    const isRebuiltWhole = isWhole && !world.settings.troubles.includes('retention')
    const unsaid = isRebuiltWhole ? missingAlert(newest.epoch) : null
    if (unsaid !== null) return unsaid
    for (const p of whole) {
      const counted = countRecords(world, tiny, newest, p)
      const ledger = ledgers.get(`${newest.epoch}|${p}`)!
      const total = counted.folded + counted.duplicate + counted.late + counted.deadLetter
      if (ledger.read !== total) return `ledger of ${p} has read ${ledger.read} of ${total}`
    }
    return null
  }

  return {
    missing,
    /** Calls `over` when nothing is missing any more and nothing more can happen. */
    watch(isQuiet: () => boolean, over: () => void): void {
      const look = () => {
        if (isQuiet() && missing() === null) over()
        else scheduler.at(LOOK_MS, look)
      }
      look()
    },
  }
}
