// Says when a run has come to its end: everything written, folded, merged, accounted for.
import { isoTime } from '../../infra/time.ts'
import type { Alert, KpiReading, LedgerReading } from '../../processor/contract/types.ts'
import type { RunEnd } from '../../producers/contract/records.ts'
import { topics } from './cast.ts'
import { countRecords } from './check-tasks.ts'
import { PARTITIONS, type TinyCity } from './city.ts'
import { KPIS } from './oracle.ts'
import type { World } from './world.ts'

const LOOK_MS = 100

export function createReferee(world: World, tiny: TinyCity, unanswered: () => string[]) {
  const { scenario } = tiny
  const { scheduler } = world
  const finals = new Set<string>()
  /** By key: windows whose end the last and the newest day record name. */
  const days = new Map<string, { last: string; newest: string }>()
  /** By key: alerts that were closed once, and whether their last record says so. */
  const closed = new Map<string, boolean>()
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
      } else if (topic === topics.kpi && parts.length === 3) finals.add(String(key))
      else if (topic === topics.alert) {
        const { closedAt } = JSON.parse(value!.toString()) as Alert
        if (closedAt !== null || closed.has(String(key))) closed.set(String(key), closedAt !== null)
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
    // A merge that is rebuilt opens it anew first; from part of the windows it may see other streaks.
    const isRebuiltWhole = !world.settings.troubles.includes('retention')
    for (const [key, isClosed] of isRebuiltWhole ? closed : []) {
      if (Number(key.split('|')[0]) === newest.epoch && !isClosed)
        return `alert ${key} is open again`
    }
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
