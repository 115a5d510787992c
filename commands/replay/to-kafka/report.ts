// What sending a recording into topics came to, as text or JSON.
import { isoTime } from '../../../infra/time.ts'
import type { Lateness } from '../../../replay/player/lateness.ts'
import type { PacedBy } from '../../../replay/resend/due-times.ts'
import type { ResendOutcome } from '../../../replay/resend/resend.ts'

type ResendReport = {
  run: string
  by: PacedBy
  speed: number | null
  /** Whole topics that were asked for, those without a record too. */
  targets: { name: string; recorded: string }[]
  /** Records of these topics in the recording; null where that is not known. */
  recorded: number | null
  outcome: ResendOutcome
}

export function reportJson(report: ResendReport): string {
  const { run, by, targets, recorded, outcome } = report
  const { acknowledged, from, to, wallMs, waitedMs, stopped, topics, passes } = outcome
  return JSON.stringify({
    ...{ run, by, stopped, recorded, acknowledged, passes },
    topics: targets.map((it) => ({ ...it, records: topics.get(it.name) ?? 0 })),
    from: timeOf(from),
    to: timeOf(to),
    speed: { asked: report.speed ?? 'max', achieved: achieved(report) },
    ...{ wallMs: Math.round(wallMs), waitedMs: Math.round(waitedMs), perSecond: rateOf(outcome) },
    lateMs: report.speed === null ? null : figures(outcome.late),
    acknowledgedMs: report.speed === null ? null : figures(outcome.acknowledgedLate),
  })
}

export function reportText(report: ResendReport): string {
  const { run, by, speed, targets, recorded, outcome } = report
  const { acknowledged, from, to, wallMs, waitedMs, stopped, topics, passes } = outcome
  const width = Math.max(...targets.map(({ name }) => name.length))
  const end = stopped ? `stopped: the newest is of ${timeOf(to) ?? 'no time'}; ` : ''
  const rate = `${Math.round(rateOf(outcome))}/s`
  const waited = waitedMs > 0 ? `, of which all waited ${(waitedMs / 1000).toFixed(1)} s` : ''
  const fastness = achieved(report)
  const pass = passes === null ? '' : ` of pass ${passes}`
  const lines = [
    `replay ${run}, by ${by} time, ${timeOf(from) ?? 'no time'} to ${timeOf(to) ?? 'no time'}${pass}`,
    `records  ${end}${acknowledged}${recorded === null || passes !== null ? '' : ` of ${recorded}`} acknowledged in ${(wallMs / 1000).toFixed(1)} s (${rate})${waited}`,
    ...targets.map(({ name }) => `  ${name.padEnd(width)}  ${topics.get(name) ?? 0}`),
    `speed    asked ${speed ?? 'max'}${fastness === null ? '' : `, achieved ${fastness.toFixed(2)}`}`,
  ]
  if (speed === null) return [...lines, 'late     not paced'].join('\n')
  return [
    ...lines,
    `late     ${inWords(outcome.late)} when handed over`,
    `         ${inWords(outcome.acknowledgedLate)} when acknowledged`,
  ].join('\n')
}

const timeOf = (time: number | null) => (time === null ? null : isoTime(Math.round(time)))

const rateOf = ({ acknowledged, wallMs }: ResendOutcome) =>
  wallMs > 0 ? (1_000 * acknowledged) / wallMs : 0

function achieved({ outcome: { from, playedMs, wallMs } }: ResendReport): number | null {
  return from === null || wallMs <= 0 ? null : playedMs / wallMs
}

const figures = (late: Lateness) => ({
  p50: late.quantile(0.5),
  p99: late.quantile(0.99),
  max: late.max,
})

function inWords(late: Lateness): string {
  const { p50, p99, max } = figures(late)
  return `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, max ${max.toFixed(1)} ms`
}
