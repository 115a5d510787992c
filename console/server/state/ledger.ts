// The account of every record: sums the tasks' ledgers and names the tick intervals that nothing explains.
import type { LedgerBreak, LedgerReading } from '../../../processor/contract/types.ts'
import type { BrokenView, LedgerView, TaskView } from '../../messages.ts'

const SHOWN_BREAKS = 20

type LedgerSums = LedgerView & { lost: number; returned: number }
export type CityLedger = ReturnType<typeof createLedgerBook>

/**
 * produced = folded + late + held + lost, lost = injected drop + corrupt + unexplained (design.md §7), and the bytes
 * are those that the producers hashed.
 */
function balances(l: LedgerReading): boolean {
  const { drop, corrupt, held } = l.injected
  const arrived = l.read === l.folded + l.duplicate + l.late + l.deadLetter
  const accounted = l.produced === l.folded + l.late + held + drop + corrupt + l.unexplained
  return l.unexplained === 0 && arrived && accounted && !l.breaks.some((b) => b.altered)
}

function isOlder(a: LedgerReading, b: LedgerReading): boolean {
  return a.watermark < b.watermark || (a.watermark === b.watermark && a.read < b.read)
}

export function createLedgerBook() {
  const tasks = new Map<string, TaskView>()

  return {
    /**
     * `owner` = the processor that published it, `toldAt` when (wall ms). A task that was restored elsewhere repeats
     * older figures: they are ignored. True when it is about a loss and says something new.
     */
    put(reading: LedgerReading, owner: string | null, toldAt: number): boolean {
      const key = `${reading.domain}|${reading.partition}`
      const before = tasks.get(key)
      if (before && isOlder(reading, before)) return false
      tasks.set(key, { ...reading, owner, toldAt })
      return troubleOf(reading) !== (before ? troubleOf(before) : '')
    },
    all: () => [...tasks.keys()].sort().map((key) => tasks.get(key)!),
    read(): number {
      let sum = 0
      for (const task of tasks.values()) sum += task.read
      return sum
    },
    /** Watermark of the slowest task in ms, or null before the first ledger. */
    slowestWatermark(): number | null {
      let slowest = Number.POSITIVE_INFINITY
      for (const task of tasks.values()) slowest = Math.min(slowest, Date.parse(task.watermark))
      return tasks.size > 0 ? slowest : null
    },
    view(): LedgerView {
      const view: LedgerSums = {
        read: 0,
        folded: 0,
        duplicate: 0,
        late: 0,
        deadLetter: 0,
        produced: 0,
        injected: 0,
        lost: 0,
        returned: 0,
        held: 0,
        unexplained: 0,
        tasks: tasks.size,
        balanced: true,
        broken: [],
      }
      for (const task of tasks.values()) add(view, task)
      view.broken.sort((a, b) => (a.to < b.to ? 1 : a.to > b.to ? -1 : 0))
      view.broken.splice(SHOWN_BREAKS)
      return view
    },
  }
}

/** What a loss looks like so far; '' = there is none. */
function troubleOf(task: LedgerReading): string {
  if (balances(task)) return ''
  return `${task.unexplained}|${task.breaks.map((b) => b.missing.length)}`
}

function add(view: LedgerSums, task: LedgerReading): void {
  const { drop, duplicate, late, corrupt, held } = task.injected
  view.read += task.read
  view.folded += task.folded
  view.duplicate += task.duplicate
  view.late += task.late
  view.deadLetter += task.deadLetter
  view.produced += task.produced
  view.injected += drop + duplicate + late + corrupt
  view.lost += drop + corrupt
  view.returned += task.breaks.reduce((sum, b) => sum + b.returned, 0)
  view.held += held
  view.unexplained += task.unexplained
  if (balances(task)) return
  view.balanced = false
  view.broken.push(...brokenOf(task))
}

function brokenOf(task: LedgerReading): BrokenView[] {
  const { domain, partition, watermark, unexplained } = task
  const places = task.breaks.filter((b) => b.altered || isOpen(b, task.breaks))
  if (places.length === 0) {
    return [{ domain, partition, from: watermark, to: watermark, unexplained, named: null }]
  }
  return places.map((b) => ({
    domain,
    partition,
    from: b.from,
    to: b.to,
    unexplained: b.unexplained - b.returned,
    named: b.missing[0] ?? null,
  }))
}

/** What came back closes its own interval, and explains the surplus of the one in which it came. */
function isOpen(b: LedgerBreak, all: LedgerBreak[]): boolean {
  if (b.unexplained > 0) return b.unexplained > b.returned
  const returned = all.reduce((sum, { returned: n }) => sum + n, 0)
  const surplus = all.reduce((sum, { unexplained: n }) => sum - Math.min(0, n), 0)
  return b.unexplained < 0 && surplus > returned
}
