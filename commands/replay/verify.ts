// `huacheng verify`: whether a recording is what was recorded, and what was recorded is what happened.
import { EXIT_DIFFERS } from '../../infra/program/exit-codes.ts'
import { printLine } from '../../infra/program/standard-output.ts'
import { isoTime } from '../../infra/time.ts'
import type { Interval } from '../../replay/verify/lane-proof.ts'
import {
  isProved,
  type LaneVerdict,
  type RecordingVerdict,
  verifyRecording,
} from '../../replay/verify/verify.ts'
import { type CliCommand, SCENARIO_OPTIONS } from '../options/options.ts'
import { RECORDING_WORD, withRecording } from './opened.ts'

export const verify: CliCommand = {
  name: 'verify',
  about: `
Computes the SHA-256 of every file, counts every record, and computes the chain of each topic-partition again from tick to
tick: any slice between two ticks is proved by itself. Where an event was added, lost or changed, the interval is named.
verify.py in the recording says the same with Python alone. Exit code 99 when anything differs.`,
  words: RECORDING_WORD,
  options: { json: SCENARIO_OPTIONS.json },
  examples: ['npx huacheng verify rainstorm', 'python3 rainstorm/verify.py'],
  async run(values) {
    const verdict = await withRecording(values, verifyRecording)
    printLine(values.json ? JSON.stringify(verdict) : textOf(verdict))
    if (!isProved(verdict)) process.exitCode = EXIT_DIFFERS
  },
}

function textOf({ problems, lanes }: RecordingVerdict): string {
  const broken = lanes.flatMap(({ topic, partition, broken }) =>
    broken.map((it) => `${topic}/${partition} ${spanOf(it)}: ${it.why}`),
  )
  const sum = (of: (lane: LaneVerdict) => number) => lanes.reduce((n, lane) => n + of(lane), 0)
  const spans = lanes.flatMap(({ proved }) => proved)
  const counts =
    `${lanes.length} topic-partitions, ${sum((l) => l.records)} records, ${sum((l) => l.events)} events with a key, ` +
    `${sum((l) => l.repeated)} of them twice`
  const proved =
    spans.length > 0
      ? `proved ${commonSpan(spans)}${edgesOf(lanes)}`
      : 'no ticks: nothing to prove but files and counts'
  const disturbed = sum((l) => l.disturbed)
  const faults =
    disturbed > 0 ? [`${disturbed} intervals with injected faults: held against their numbers`] : []
  return [...problems, ...broken, counts, proved, ...faults, isEmpty(problems, broken)].join('\n')
}

const isEmpty = (problems: string[], broken: string[]) =>
  problems.length + broken.length === 0
    ? 'PASS'
    : `FAIL: ${problems.length + broken.length} differences`

const spanOf = ({ from, to }: Interval) =>
  `from ${from === Number.NEGATIVE_INFINITY ? 'the beginning' : isoTime(from)} to ${isoTime(to)}`

/** What every topic-partition has of it. */
function commonSpan(spans: Interval[]): string {
  const from = Math.max(...spans.map((span) => span.from))
  const to = Math.min(...spans.map((span) => span.to))
  return from < to ? spanOf({ epoch: 0, from, to }) : `in ${spans.length} pieces`
}

/** Where recording began or ended between two ticks. */
function edgesOf(lanes: LaneVerdict[]): string {
  const most = (side: keyof LaneVerdict['edges']) =>
    lanes.reduce((ms, { edges }) => Math.max(ms, edges[side]), 0)
  const seconds = (most('before') + most('behind')) / 1000
  return seconds > 0 ? `; ${seconds} s at the edges unproved` : ''
}
