// What the engine room shows beside the records: topics with rates and lag, this server's event loop, its clients.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Clock } from '../../../infra/clock.ts'
import type { EventLog } from '../../../infra/event-log/event-log.ts'
import type { IgnoredKind } from '../../../infra/event-log/ignored-records.ts'
import type { EngineView, TopicView } from '../../messages.ts'
import type { SnapshotTopics } from '../state/listener.ts'
import type { ShownRun } from '../state/run.ts'
import { readingsLag, readingsView } from './readings-source.ts'

/** However many pages ask: the broker is asked about once a second. */
const FRESH_MS = 900
/** Rates are taken over at least this much wall time. */
const RATE_MS = 2_000
const RATE_KEPT_MS = 10_000
const LOOP_MS = 10_000
const LOOP_RESOLUTION_MS = 10
const NS_PER_MS = 1e6

export type Engine = ReturnType<typeof createEngine>

export type EngineContext = {
  log: EventLog
  clock: Clock
  topics: SnapshotTopics
  clients(): EngineView['clients']
  problems(): string[]
  ignored(): IgnoredKind[]
  stalls?: () => number
}

/** `behind`: see ReadingsView. */
type Look = { topics: TopicView[]; behind: number | null }

export function createEngine(context: EngineContext) {
  const { log, clock, topics } = context
  const loop = createLoopMonitor(clock)
  let samples: { at: number; epoch: number; written: Map<string, number> }[] = []
  let asked: { at: number; epoch: number; view: Promise<Look> } | null = null

  /** Records not read yet, by topic. */
  async function lags(): Promise<Map<string, number>> {
    const groups = await Promise.all([topics.taskGroup, topics.mergeGroup].map((g) => log.lag(g)))
    const byTopic = new Map<string, number>()
    for (const { topic, committed, latest } of groups.flat()) {
      byTopic.set(topic, (byTopic.get(topic) ?? 0) + Number(latest - committed))
    }
    return byTopic
  }

  async function look(run: ShownRun): Promise<Look> {
    const at = clock.now()
    const names = topicNames(topics, run)
    const [lag, behind, ...offsets] = await Promise.all([
      lags(),
      readingsLag(log, topics, run),
      ...names.map((n) => log.offsets(n)),
    ])
    const written = new Map<string, number>()
    const views = names.map((topic, i): TopicView => {
      const ends = offsets[i]
      const total = ends.reduce((sum, o) => sum + Number(o.latest), 0)
      written.set(topic, total)
      return {
        topic,
        partitions: ends.length,
        held: ends.reduce((sum, o) => sum + Number(o.latest - o.earliest), 0),
        written: total,
        perSecond: rateOf(topic, total, at),
        lag: lag.get(topic) ?? null,
      }
    })
    samples = [...samples.filter((s) => s.epoch === run.epoch && at - s.at < RATE_KEPT_MS)]
    samples.push({ at, epoch: run.epoch, written })
    return { topics: views, behind }
  }

  /** Against the newest sample that is old enough. */
  function rateOf(topic: string, total: number, at: number): number | null {
    const before = samples.findLast((s) => at - s.at >= RATE_MS && s.written.has(topic))
    if (!before) return null
    return (1000 * (total - before.written.get(topic)!)) / (at - before.at)
  }

  return {
    /** Rejects when the log does not answer. */
    async view(run: ShownRun): Promise<EngineView> {
      const now = clock.now()
      if (!asked || asked.epoch !== run.epoch || now - asked.at >= FRESH_MS) {
        asked = { at: now, epoch: run.epoch, view: look(run) }
        // Whoever asked gets the error; the next one asks again.
        asked.view.catch(() => {
          asked = null
        })
      }
      const seen = await asked.view
      return {
        readings: readingsView(topics, run, seen.behind),
        topics: seen.topics,
        loop: loop.read(),
        memoryBytes: process.memoryUsage.rss(),
        stalls: context.stalls?.() ?? null,
        clients: context.clients(),
        problems: context.problems(),
        ignored: context.ignored(),
      }
    },
    close: () => loop.close(),
  }
}

/** Delays beyond the timer's own resolution, over the last 10 to 20 s. */
function createLoopMonitor(clock: Clock) {
  const histogram = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS })
  histogram.enable()
  let since = clock.now()
  let last: EngineView['loop'] | null = null

  function measured(): EngineView['loop'] {
    const ms = (ns: number) => Math.max(0, Math.round(ns / NS_PER_MS - LOOP_RESOLUTION_MS))
    const { max } = histogram
    return { p50: ms(histogram.percentile(50)), p99: ms(histogram.percentile(99)), max: ms(max) }
  }

  return {
    read(): EngineView['loop'] {
      const now = measured()
      if (clock.now() - since > LOOP_MS) {
        since = clock.now()
        last = now
        histogram.reset()
      } else if (last) {
        return {
          p50: Math.max(now.p50, last.p50),
          p99: Math.max(now.p99, last.p99),
          max: Math.max(now.max, last.max),
        }
      }
      return now
    },
    close: () => histogram.disable(),
  }
}

function topicNames(topics: SnapshotTopics, { descriptor }: ShownRun): string[] {
  const { run, command, commandResult, incident, truth, partial, kpi, alert } = topics
  const { kpiTwin, map, checkpoint, late, deadLetter, readings } = topics
  return [
    ...Object.keys(descriptor.declarations).map(topics.domain),
    ...[run, command, commandResult, incident, truth, partial, kpi, alert],
    ...[kpiTwin, map, checkpoint, late, deadLetter],
    ...(readings === undefined ? [] : [readings]),
  ]
}
