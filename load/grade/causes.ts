// What a wrong cell is the fold of: the events are gone through once more, and each cell learns what copies, late events,
// events on its edges and missing ones would have made of it. A cause is named only where that gives the very number.
import { oneLaneOptions } from '../../audit/compare/lane-options.ts'
import { OracleLane, type OracleLaneOptions } from '../../audit/oracle/lane.ts'
import type { OracleKpi } from '../../audit/oracle/reading.ts'
import type { OracleEvent } from '../../audit/oracle/record.ts'
import { minusOf, NOTHING, type Sum, sumOf } from '../../audit/oracle/sums.ts'
import { isSummed, largestTerm, type Term, termsOf } from '../../audit/oracle/terms.ts'
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import type { GradedRun } from './expected.ts'
import { cellKey } from './given.ts'

/** By what a cell's sums would differ from the truth. */
export type CellEffects = {
  /** Copies counted again, those that came while the window was open, and those that came later. */
  copies: Sum
  lateCopies: Sum
  /** Late events taken. */
  late: Sum
  /** The events at its very start left out. */
  withoutStart: Sum
  /** Those at its very end, which are the next window's, taken. */
  withEnd: Sum
  /** Without assets that were last heard exactly as long ago as an event stays fresh. */
  withoutJustFresh: Sum
  /** With assets that have not been heard for longer. */
  withStale: Sum
}

/** What there is to say about a cell's events. */
export type CellEvents = {
  events: number
  /** `<asset>:<seq>`, the first of each. */
  copies: string[]
  late: string[]
  atStart: string[]
  atEnd: string[]
}

/** By what the sums would differ without one event. */
export type Removal = { event: string; sum: Sum }

export type CellStory = { effects: CellEffects; events: CellEvents; removals: Removal[] }

type HeardTerm = { time: number; seq: number; term: Sum; subject: string; scope: string }

/** Which cells are to be explained, and of which of those every event is wanted. */
export type StoriesWanted = {
  kpis: OracleKpi[]
  cells: ReadonlySet<string>
  everyEvent: ReadonlySet<string>
}

const EXAMPLES = 5

export async function tellStories(
  run: GradedRun,
  wanted: StoriesWanted,
): Promise<Map<string, CellStory>> {
  const stories = new Map<string, CellStory>()
  const lanes = new Map<string, StoryLane>()
  const domains = [...new Set(wanted.kpis.map((kpi) => kpi.domain))]
  await run.each(domains, ({ domain, partition, record }) => {
    const name = `${domain}/${partition}`
    let lane = lanes.get(name)
    if (!lane) {
      lane = new StoryLane(oneLaneOptions(run, domain, partition), wanted, stories)
      lanes.set(name, lane)
    }
    lane.record(record)
  })
  for (const lane of lanes.values()) lane.end()
  return stories
}

class StoryLane {
  readonly #options: OracleLaneOptions
  readonly #oracle: OracleLane
  readonly #limits: bigint[]
  readonly #measures: { kpi: OracleKpi; index: number; heard: Map<string, HeardTerm[]> }[]
  readonly #stories: Stories
  #isOver = false
  /** Time (ms) of the last tick. */
  #tick = Number.NEGATIVE_INFINITY
  /** Ends (ms) of closed windows whose edge is not known yet: what lies on it comes behind the tick. */
  #closed: number[] = []

  constructor(options: OracleLaneOptions, wanted: StoriesWanted, stories: Map<string, CellStory>) {
    const { measures, domain } = options.declaration
    this.#options = options
    this.#oracle = new OracleLane(options)
    this.#limits = measures.map((m) => largestTerm(m, options))
    this.#stories = new Stories(wanted, stories)
    this.#measures = wanted.kpis
      .filter((kpi) => kpi.domain === domain)
      .map((kpi) => ({ kpi, index: measures.indexOf(kpi.measure), heard: new Map() }))
  }

  record(record: LogRecord): void {
    if (this.#isOver) return
    const verdict = this.#oracle.record(record)
    switch (verdict.is) {
      case 'over':
        this.#isOver = true
        break
      case 'tick':
        this.#tick = verdict.tick.time
        this.#look(this.#tick)
        this.#closed.push(...verdict.closed.map((window) => window.end))
        break
      case 'folded':
      case 'late':
      case 'duplicate':
        this.#event(verdict.is, verdict.event)
        break
    }
  }

  end(): void {
    this.#look(Number.POSITIVE_INFINITY)
  }

  #event(is: 'folded' | 'late' | 'duplicate', event: OracleEvent): void {
    const { measures } = this.#options.declaration
    const terms = termsOf(measures, this.#limits, event)
    if (typeof terms === 'string') return
    for (const { kpi, index, heard } of this.#measures) {
      const term: Term = terms[index]
      if (term === null) continue
      if (isSummed(kpi.measure)) this.#summed(kpi, is, event, term)
      else if (is === 'folded') {
        this.#count(kpi, is, event)
        const { time, seq, subject, district: scope } = event
        const list = heard.get(subject)
        const entry = { time, seq, term, subject, scope }
        if (list) list.push(entry)
        else heard.set(subject, [entry])
      } else this.#count(kpi, is, event)
    }
  }

  /** ratio and count: what the event does, or would do, to the sums of its window and of the one before it. */
  #summed(
    kpi: OracleKpi,
    is: 'folded' | 'late' | 'duplicate',
    event: OracleEvent,
    term: Sum,
  ): void {
    this.#count(kpi, is, event)
    const { start, windowMs, latenessMs } = this.#options
    if (event.time < start || term.n === 0) return
    const from = this.#windowOf(event.time)
    const id = `${event.subject}:${event.seq}`
    const at = (window: number) => this.#stories.of(kpi, event.district, window)
    for (const story of at(from)) {
      const { effects } = story
      if (is === 'duplicate') {
        const which = this.#tick < from + windowMs + latenessMs ? 'copies' : 'lateCopies'
        effects[which] = sumOf(effects[which], term)
      } else if (is === 'late') effects.late = sumOf(effects.late, term)
      else {
        if (event.time === from) effects.withoutStart = minusOf(effects.withoutStart, term)
        if (story.isWanted) story.removals.push({ event: id, sum: minusOf(NOTHING, term) })
      }
    }
    if (is !== 'folded' || event.time !== from) return
    for (const { effects } of at(from - windowMs)) effects.withEnd = sumOf(effects.withEnd, term)
  }

  #count(kpi: OracleKpi, is: 'folded' | 'late' | 'duplicate', event: OracleEvent): void {
    const { start, windowMs } = this.#options
    if (event.time < start) return
    const from = this.#windowOf(event.time)
    const id = `${event.subject}:${event.seq}`
    const note = (list: string[]) => {
      if (list.length < EXAMPLES) list.push(id)
    }
    for (const { events } of this.#stories.of(kpi, event.district, from)) {
      if (is === 'folded') events.events++
      else note(is === 'late' ? events.late : events.copies)
      if (is === 'folded' && event.time === from) note(events.atStart)
    }
    if (is !== 'folded' || event.time !== from) return
    for (const { events } of this.#stories.of(kpi, event.district, from - windowMs))
      note(events.atEnd)
  }

  #windowOf(time: number): number {
    const { start, windowMs } = this.#options
    return start + Math.floor((time - start) / windowMs) * windowMs
  }

  /** share, gauge and level, of windows that closed before this tick: what their edges would do. */
  #look(time: number): void {
    while (this.#closed.length > 0 && this.#closed[0] < time) {
      const end = this.#closed.shift()!
      for (const { kpi, heard } of this.#measures) {
        if (!isSummed(kpi.measure)) this.#lookAtLatest(kpi, heard, end)
      }
    }
  }

  #lookAtLatest(kpi: OracleKpi, heard: Map<string, HeardTerm[]>, end: number): void {
    const start = end - this.#options.windowMs
    const oldest = end - (kpi.measure.freshForMs ?? 0)
    for (const list of heard.values()) {
      list.sort((a, b) => a.time - b.time || a.seq - b.seq)
      const next = list.findIndex((h) => h.time >= end)
      const upTo = next < 0 ? list.length : next
      const latest = list[upTo - 1]
      const before = list[upTo - 2]
      const onEdge = list.findLast((h) => h.time === end)
      const scope = (latest ?? onEdge)?.scope
      if (scope !== undefined) {
        const fresh = (h: HeardTerm | undefined) => (h && h.time >= oldest ? h.term : NOTHING)
        for (const story of this.#stories.of(kpi, scope, start)) {
          const { effects } = story
          if (onEdge) {
            effects.withEnd = sumOf(effects.withEnd, minusOf(onEdge.term, fresh(latest)))
          }
          if (latest?.time === oldest) {
            effects.withoutJustFresh = minusOf(effects.withoutJustFresh, latest.term)
          }
          if (latest && latest.time < oldest) {
            effects.withStale = sumOf(effects.withStale, latest.term)
          }
          if (story.isWanted && latest && latest.time >= oldest) {
            const sum = minusOf(fresh(before), latest.term)
            story.removals.push({ event: `${latest.subject}:${latest.seq}`, sum })
          }
        }
      }
      // The newest two that are older than the next window's end may still be the latest.
      if (upTo > 2) list.splice(0, upTo - 2)
    }
  }
}

type OpenStory = CellStory & { isWanted: boolean }

/** The stories of the cells that are wanted: a district's, and the whole city's with it. */
class Stories {
  readonly #wanted: StoriesWanted
  readonly #stories: Map<string, CellStory>

  constructor(wanted: StoriesWanted, stories: Map<string, CellStory>) {
    this.#wanted = wanted
    this.#stories = stories
  }

  *of(kpi: OracleKpi, district: string, start: number): Generator<OpenStory> {
    const [city] = kpi.scopes
    for (const scope of district === city ? [city] : [district, city]) {
      const key = cellKey(kpi.kpi, scope, start)
      if (!this.#wanted.cells.has(key)) continue
      let story = this.#stories.get(key) as OpenStory | undefined
      if (!story) {
        story = { ...emptyStory(), isWanted: this.#wanted.everyEvent.has(key) }
        this.#stories.set(key, story)
      }
      yield story
    }
  }
}

function emptyStory(): CellStory {
  return {
    effects: {
      copies: NOTHING,
      lateCopies: NOTHING,
      late: NOTHING,
      withoutStart: NOTHING,
      withEnd: NOTHING,
      withoutJustFresh: NOTHING,
      withStale: NOTHING,
    },
    events: { events: 0, copies: [], late: [], atStart: [], atEnd: [] },
    removals: [],
  }
}
