// Merge = function(P partials of one domain and window, the plan): no other memory than which windows wait and which are done.
import { problemText } from '../../infra/problem.ts'
import type { Cell, Descriptor, Partial } from '../../producers/contract/records.ts'
import type { City } from '../../seeds/contract.ts'
import type { Alert, KpiReading } from '../contract/types.ts'
import { show } from '../decode/schema-problem.ts'
import { type Alerts, createAlerts } from './alerts.ts'
import {
  addCell,
  compileReadings,
  type ReadingFrame,
  type ReadingProgram,
  readingOf,
} from './reading.ts'

/** A window whose partials or truths never come (trimmed by retention) must not pile up. */
const MAX_WAITING_WINDOWS = 256
/** Windows that are remembered as done: who tells them again tells nothing new. */
const MAX_DONE_WINDOWS = 4096

type Waiting = {
  start: number
  end: number
  partials: Map<number, Partial>
  truths: Map<number, Partial>
}

type DomainMerge = {
  programs: ReadingProgram[]
  names: string[]
  /** By the window's start. */
  waiting: Map<number, Waiting>
  done: Set<number>
  /** Windows that start before are merged no more. */
  forgotten: number
  provisional: Map<number, Partial>
  /** End of the newest final window, ms. */
  finalEnd: number
  changed: boolean
}

export interface Merge {
  readonly epoch: number
  /**
   * A task's final or provisional; records of another epoch or an older offset are ignored. Returns why it is none of
   * this run's (a partition or domain that the run has not), or null.
   */
  partial(partial: Partial): string | null
  truth(partial: Partial): string | null
  /**
   * Finals since the last call, window and day of each KPI, and the alerts they opened or closed. A window that becomes
   * complete after a later one (compaction has moved its partials) gets its own final and touches neither day nor alerts.
   */
  take(): { readings: KpiReading[]; alerts: Alert[] }
  /** What there was at the beginning has been told: alerts are judged, in the windows' order, from now on. */
  rebuilt(): void
  /** Readings of the open window of each domain of which every task has told something, if changed since the last call. */
  provisional(): KpiReading[]
  /** Windows that wait for partials or truths, per domain. */
  waiting(): Record<string, number>
}

/**
 * `rebuilding`: old windows are told first, in any order, until `rebuilt` is called. Throws one Problem when the plan
 * lacks planned numbers.
 */
export function createMerge(
  descriptor: Descriptor,
  city: City,
  epoch: number,
  rebuilding = false,
): Merge {
  const readingPrograms = compileReadings(descriptor, city)
  const alerts: Alerts = createAlerts(readingPrograms)
  const domains = new Map<string, DomainMerge>()
  for (const [domain, declaration] of Object.entries(descriptor.declarations)) {
    domains.set(domain, {
      programs: declaration.measures.map((m) => readingPrograms.get(`${domain}.${m.name}`)!),
      names: declaration.measures.map((m) => m.name),
      waiting: new Map(),
      done: new Set(),
      forgotten: Number.NEGATIVE_INFINITY,
      provisional: new Map(),
      finalEnd: Number.NEGATIVE_INFINITY,
      changed: false,
    })
  }
  let readings: KpiReading[] = []
  let changedAlerts: Alert[] = []
  /** Final window readings that alerts have not seen; null once they are judged as they come. */
  let unjudged: KpiReading[] | null = rebuilding ? [] : null

  /** Why no task of this run can have told it: counted, it would complete a window that still lacks one. */
  function misplaced({ domain, partition, epoch: of }: Partial): string | null {
    if (of !== epoch) return null
    if (!domains.has(domain)) {
      return problemText('domain', show(domain), [...domains.keys()].join(', '))
    }
    const last = descriptor.partitions - 1
    if (Number.isInteger(partition) && partition >= 0 && partition <= last) return null
    return problemText('partition', show(partition), `one from 0 to ${last}`)
  }

  function add(side: 'partials' | 'truths', partial: Partial): void {
    const domain = partial.epoch === epoch ? domains.get(partial.domain) : undefined
    const start = Date.parse(partial.start)
    // A restarted task writes finals again, with equal bytes.
    if (!domain || domain.done.has(start) || start < domain.forgotten) return
    let window = domain.waiting.get(start)
    if (!window) {
      window = { start, end: Date.parse(partial.end), partials: new Map(), truths: new Map() }
      domain.waiting.set(start, window)
      // Not whichever came first: a merge that is rebuilt reads old truths after new partials.
      if (domain.waiting.size > MAX_WAITING_WINDOWS) forgetOldest(domain, domain.waiting)
    }
    window[side].set(partial.partition, partial)
    const complete =
      window.partials.size === descriptor.partitions &&
      (!descriptor.truth || window.truths.size === descriptor.partitions)
    if (complete) finish(domain, window)
  }

  function addProvisional(partial: Partial): void {
    const domain = partial.epoch === epoch ? domains.get(partial.domain) : undefined
    const last = domain?.provisional.get(partial.partition)
    if (!domain || (last && Number(last.offset) > Number(partial.offset))) return
    domain.provisional.set(partial.partition, partial)
    domain.changed = true
  }

  function finish(domain: DomainMerge, window: Waiting): void {
    const { start, end } = window
    domain.waiting.delete(start)
    domain.done.add(start)
    if (domain.done.size > MAX_DONE_WINDOWS) forgetOldest(domain, domain.done)
    const isNewest = end > domain.finalEnd
    if (isNewest) domain.finalEnd = end
    const partials = [...window.partials.values()]
    domain.programs.forEach((program, i) => {
      const name = domain.names[i]
      for (const kind of isNewest ? (['window', 'day'] as const) : (['window'] as const)) {
        const truth = descriptor.truth ? verdict(window, name, kind) : null
        const frame: ReadingFrame = { epoch, kind, start, end, watermark: end, final: true, truth }
        const reading = readingOf(program, sumOver(partials, name, kind), frame)
        readings.push(reading)
        if (kind === 'day') continue
        if (unjudged) {
          if (program.measure.thresholds) unjudged.push(reading)
        } else if (isNewest) changedAlerts.push(...alerts.take(reading))
      }
    })
  }

  function provisionalOf(domain: DomainMerge): KpiReading[] {
    const partials = [...domain.provisional.values()]
    if (!domain.changed || partials.length < descriptor.partitions) return []
    domain.changed = false
    // A task that has not told anything since the final would take the watermark back.
    if (partials.some((p) => Date.parse(p.end) <= domain.finalEnd)) return []
    const isIncomplete = partials.some((p) => p.incomplete)
    const start = Math.max(...partials.map((p) => Date.parse(p.start)))
    const end = start + descriptor.window
    const watermark = Math.min(...partials.map((p) => Date.parse(p.watermark ?? p.start)))
    return domain.programs.flatMap((program, i) =>
      (['day', 'window'] as const).map((kind) => {
        const frame = {
          epoch,
          kind,
          start,
          end,
          watermark,
          final: false,
          truth: 'pending' as const,
        }
        const reading = readingOf(program, sumOver(partials, domain.names[i], kind), frame)
        return isIncomplete ? { ...reading, incomplete: true as const } : reading
      }),
    )
  }

  return {
    epoch,
    partial(partial) {
      const problem = misplaced(partial)
      if (problem === null) {
        if (partial.provisional) addProvisional(partial)
        else add('partials', partial)
      }
      return problem
    },
    truth(partial) {
      const problem = misplaced(partial)
      if (problem === null) add('truths', partial)
      return problem
    },
    take() {
      const taken = { readings, alerts: changedAlerts }
      readings = []
      changedAlerts = []
      return taken
    },
    rebuilt() {
      unjudged?.sort((a, b) => Date.parse(a.window.end) - Date.parse(b.window.end))
      for (const reading of unjudged ?? []) changedAlerts.push(...alerts.take(reading))
      unjudged = null
    },
    provisional: () => [...domains.values()].flatMap(provisionalOf),
    waiting: () => Object.fromEntries([...domains].map(([name, d]) => [name, d.waiting.size])),
  }
}

/** `windows`: those that wait or those that are done, by start. */
function forgetOldest(domain: DomainMerge, windows: Map<number, unknown> | Set<number>): void {
  const oldest = Math.min(...windows.keys())
  windows.delete(oldest)
  domain.forgotten = Math.max(domain.forgotten, oldest + 1)
}

function sumOver(partials: Partial[], name: string, kind: 'window' | 'day'): Map<string, Cell> {
  const sums = new Map<string, Cell>()
  for (const partial of partials) {
    for (const [scope, cell] of Object.entries(partial.measures[name]?.[kind] ?? {})) {
      const sum = sums.get(scope)
      if (sum) addCell(sum, cell)
      else sums.set(scope, [...cell])
    }
  }
  return sums
}

/** Every cell of every partition, on the scaled integers; an absent cell is zero. */
function verdict(window: Waiting, name: string, kind: 'window' | 'day'): 'equal' | 'differs' {
  for (const [p, partial] of window.partials) {
    const got = partial.measures[name]?.[kind] ?? {}
    const told = window.truths.get(p)?.measures[name]?.[kind] ?? {}
    for (const scope of new Set([...Object.keys(got), ...Object.keys(told)])) {
      const a = got[scope] ?? [0, null, 0]
      const b = told[scope] ?? [0, null, 0]
      if (a[0] !== b[0] || (a[1] ?? 0) !== (b[1] ?? 0) || a[2] !== b[2]) return 'differs'
    }
  }
  return 'equal'
}
