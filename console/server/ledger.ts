// The account of every record: sums the tasks' ledgers and names the tick interval where one does not balance.
import type { LedgerReading } from '../../processor/contract.ts'
import type { LedgerView } from '../messages.ts'

type Sums = LedgerView & { lost: number }
export type LedgerBook = ReturnType<typeof createLedgerBook>

/** produced = folded + late + held + lost, lost = injected drop + corrupt + unexplained (design.md §7). */
function balances(l: LedgerReading): boolean {
  const { drop, corrupt, held } = l.injected
  const arrived = l.read === l.folded + l.duplicate + l.late + l.deadLetter
  const accounted = l.produced === l.folded + l.late + held + drop + corrupt + l.unexplained
  return l.unexplained === 0 && arrived && accounted
}

function isOlder(a: LedgerReading, b: LedgerReading): boolean {
  return a.watermark < b.watermark || (a.watermark === b.watermark && a.read < b.read)
}

export function createLedgerBook() {
  const tasks = new Map<string, LedgerReading>()

  return {
    /** A task that was restored elsewhere repeats older figures: they are passed over. */
    put(reading: LedgerReading): void {
      const key = `${reading.domain}|${reading.partition}`
      const held = tasks.get(key)
      if (held && isOlder(reading, held)) return
      tasks.set(key, reading)
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
      const view: Sums = {
        read: 0,
        folded: 0,
        duplicate: 0,
        late: 0,
        deadLetter: 0,
        produced: 0,
        injected: 0,
        lost: 0,
        held: 0,
        unexplained: 0,
        tasks: tasks.size,
        balanced: true,
        broken: [],
      }
      for (const task of tasks.values()) add(view, task)
      return view
    },
  }
}

function add(view: Sums, task: LedgerReading): void {
  const { drop, duplicate, late, corrupt, held } = task.injected
  view.read += task.read
  view.folded += task.folded
  view.duplicate += task.duplicate
  view.late += task.late
  view.deadLetter += task.deadLetter
  view.produced += task.produced
  view.injected += drop + duplicate + late + corrupt
  view.lost += drop + corrupt
  view.held += held
  view.unexplained += task.unexplained
  if (balances(task)) return
  view.balanced = false
  const { domain, partition, watermark } = task
  const places = task.breaks.length > 0 ? task.breaks : [{ from: watermark, to: watermark }]
  for (const { from, to } of places) view.broken.push({ domain, partition, from, to })
}
