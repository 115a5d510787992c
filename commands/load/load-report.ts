// From what was played to a report, and the files that hold it.
import { execFileSync, type StdioOptions } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { isoTime } from '../../infra/time.ts'
import { version } from '../../infra/version.ts'
import { invalidity } from '../../load/judge/figures.ts'
import type { FoundRate } from '../../load/judge/find-rate.ts'
import {
  isAboutSame,
  judge,
  type LoadRule,
  NO_ERRORS,
  STEADY_LAG,
} from '../../load/judge/thresholds.ts'
import { hgrmText } from '../../load/measure/hgrm.ts'
import { junitXml } from '../../load/report/junit.ts'
import { reportPage } from '../../load/report/page.ts'
import { quantilesOf } from '../../load/report/quantiles.ts'
import { type LoadReport, REPORT_VERSION } from '../../load/report/report-schema.ts'
import type { LoadOptions } from './load-options.ts'
import { changedBy, type LoadTest, type PlayedLoad } from './load-run.ts'

const CLOCK = 'one host, one clock: performance.timeOrigin + now()'

type LoadVerdict = Pick<LoadReport, 'verdict' | 'reasons' | 'thresholds'>

/** Thresholds as asked, and those that hold of every load. */
function judged(
  { thresholds, group, sendDelayMs }: Pick<LoadOptions, 'thresholds' | 'group' | 'sendDelayMs'>,
  { figures }: Pick<PlayedLoad, 'figures'>,
  found: FoundRate | null,
): LoadVerdict {
  const always = [NO_ERRORS, ...(group === undefined ? [] : [STEADY_LAG])]
  const rules: LoadRule[] = [
    ...thresholds,
    ...always.filter((rule) => !thresholds.some((own) => isAboutSame(own, rule))),
  ]
  const results = rules.map((rule) => judge(rule, figures))
  const invalid = invalidity(figures, sendDelayMs)
  if (invalid.length > 0) return { verdict: 'invalid', reasons: invalid, thresholds: results }
  const reasons = results.filter(({ ok }) => !ok).map(({ text }) => `threshold crossed: ${text}`)
  if (figures.sink?.seen === 0) reasons.push('no event was met at the sink: see --sink and --match')
  if (found?.rate === null) reasons.push('no rate was sustained')
  return { verdict: reasons.length === 0 ? 'pass' : 'fail', reasons, thresholds: results }
}

export type ReportParts = {
  test: LoadTest
  options: LoadOptions
  /** The one that the figures are of: with a search the last at the rate that was found. */
  played: PlayedLoad
  found: FoundRate | null
  /** As it was called. */
  command: string
  endedAt: number
}

export function loadReport(parts: ReportParts): LoadReport {
  const { test, options, played, found, command, endedAt } = parts
  const { load, warmUpMs, figures } = played
  const { plan } = load
  return {
    version: REPORT_VERSION,
    ...judged(options, played, found),
    command,
    began: isoTime(Math.round(test.began)),
    ended: isoTime(Math.round(endedAt)),
    load: {
      text: load.text,
      aligned: load.isAligned,
      segments: plan.segments.map((segment) => ({ ...segment })),
      durationMs: plan.durationMs,
      warmUpMs,
      events: Math.round(plan.total),
      simSpeed: simSpeed(parts),
      changed: changedBy(options),
      mostSendDelayMs: options.sendDelayMs,
    },
    city: cityOf(test),
    machine: machine(),
    brokers: {
      where: test.target.where,
      version: test.target.version,
      acks: 'all',
      lingerMs: options.lingerMs,
      compression: test.target.compression,
      workers: options.workers,
    },
    ...measuredOf(played),
    lag: figures.lag && {
      group: options.group!,
      max: figures.lag.max,
      end: figures.lag.end,
      slope: figures.lag.trend?.slope ?? null,
      margin: figures.lag.trend?.margin ?? null,
    },
    sink: figures.sink && {
      ...{ topic: options.sink!.topic, match: options.sink!.match, followed: test.follow },
      ...figures.sink,
    },
    search: found && { slos: options.slos.map(({ text }) => text), ...found },
    seconds: secondsOf(parts),
  }
}

/** Sim seconds per second, over all that was played. */
function simSpeed({ test, played }: ReportParts): number {
  const wall = played.played.endedAt - test.began
  return (test.session.simulatedTo - test.world.scenario.start) / Math.max(1, wall)
}

function cityOf({ world, run }: LoadTest): LoadReport['city'] {
  const { scenario } = world
  const { seed, digest, scale, partitions } = scenario
  const city = { seed, digest, scale, partitions, run: run?.id ?? null }
  return {
    scenario: `${scenario.city}/${scenario.name.split('/').at(-1)}`,
    ...city,
    topics: scenario.domains.length,
  }
}

function machine(): LoadReport['machine'] {
  const all = cpus()
  return {
    huacheng: version,
    commit: commitOf(),
    node: process.versions.node,
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryBytes: totalmem(),
    kernel: release(),
    clock: CLOCK,
  }
}

/** Null where this is no checkout. */
function commitOf(): string | null {
  try {
    const stdio: StdioOptions = ['ignore', 'pipe', 'ignore']
    const options = { cwd: import.meta.dirname, stdio, encoding: 'utf8' } as const
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], options).trim()
  } catch {
    return null
  }
}

function measuredOf({
  played,
  figures,
}: PlayedLoad): Pick<LoadReport, 'rate' | 'latency' | 'cost'> {
  const { measured } = played
  const { all, counted, cpuMs } = measured
  const rows = measured.rows(() => 0)
  return {
    rate: {
      offered: figures.offered,
      achieved: figures.acked / figures.seconds,
      bytesPerSecond: counted.bytes / figures.seconds,
      sent: figures.sent,
      acked: figures.acked,
      errors: figures.errors,
      sentInAll: all.sent,
      recordsInAll: all.records,
    },
    latency: {
      send: quantilesOf(figures.send),
      ack: quantilesOf(figures.ack),
      e2e: figures.e2e && quantilesOf(figures.e2e),
    },
    cost: {
      cpuMs,
      usPerEvent: all.sent === 0 ? null : (cpuMs * 1000) / all.sent,
      perCore: cpuMs === 0 ? null : (all.sent * 1000) / cpuMs,
      rssMaxBytes: rows.reduce((most, { rssBytes }) => Math.max(most, rssBytes), 0),
    },
  }
}

function secondsOf({ test, played: { load, played, warmUpMs } }: ReportParts) {
  const { plan } = load
  const { startAt, measured, endedAt } = played
  const lag = test.lag?.points(startAt, endedAt) ?? []
  return measured
    .rows((second) => plan.countAt((second + 1) * 1000) - plan.countAt(second * 1000))
    .map((row) => {
      const from = startAt + row.second * 1000
      return {
        ...row,
        warmUp: row.second * 1000 < warmUpMs,
        e2eP99Ms: test.sink?.p99At(Math.floor(from / 1000)) ?? null,
        lag: lag.find(({ atMs }) => atMs >= from && atMs < from + 1000)?.value ?? null,
      }
    })
}

/** report.json, report.html, junit.xml, and the histograms as HdrHistogram's plotter reads them. */
export function writeReport(folder: string, report: LoadReport, { figures }: PlayedLoad): void {
  mkdirSync(folder, { recursive: true })
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
  write('report.json', `${JSON.stringify(report, null, 2)}\n`)
  write('report.html', reportPage(report))
  write('junit.xml', junitXml(report))
  for (const name of ['send', 'ack', 'e2e'] as const) {
    const histogram = figures[name]
    if (histogram) write(`${name}.hgrm`, hgrmText(histogram))
  }
}
