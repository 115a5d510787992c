// What a run can have: values that fit the schemas and yet cannot be, said in words. The same for all readers of `run`.
import { problemText, shown } from '../../../infra/problem.ts'
import { isoTime } from '../../../infra/time.ts'
import { SCALES } from '../../../seeds/scenario/scenario-file.ts'
import { isInstant } from '../key-shape.ts'
import { domainPart } from '../keys.ts'
import type { AcceptedCommand, Descriptor, Horizon, Progress, RunEnd } from '../records.ts'
import { UNPACED_SPEED } from './run-commands.ts'

/** Of a run, what its records are held against (ms). */
export type RunBounds = { start: number; end: number; shards: number }

/** More ticks than a run of ten years has at ten seconds each. */
const MOST_TICKS = 40_000_000
const MOST_DOMAINS = 100

type BoundsCheck = { ok: boolean; where: string; got: unknown; expected: string }

/** The first that is not so, in words; null when all are. */
function firstWrong(checks: BoundsCheck[]): string | null {
  const wrong = checks.find((c) => !c.ok)
  return wrong ? problemText(wrong.where, shown(wrong.got), wrong.expected) : null
}

const isWhole = (n: number, least: number) => Number.isSafeInteger(n) && n >= least
const isWithin = (time: string, from: number, to: number) =>
  isInstant(time) && Date.parse(time) >= from && Date.parse(time) <= to
const between = (from: number, to: number) => `an instant from ${isoTime(from)} to ${isoTime(to)}`

export function descriptorProblem(d: Descriptor): string | null {
  const { start, end, window, tick, speed, shards, partitions, scale } = d
  const length = Date.parse(end) - Date.parse(start)
  const domains = Object.keys(d.declarations)
  const name = new RegExp(`^${domainPart.pattern}$`)
  const isNamed = (domain: string) => name.test(domain) && d.declarations[domain].domain === domain
  return firstWrong([
    { ok: isInstant(start), where: 'start', got: start, expected: 'an instant that exists' },
    { ok: isInstant(end) && length > 0, where: 'end', got: end, expected: 'one after the start' },
    { ok: isWhole(tick, 1), where: 'tick', got: tick, expected: 'whole milliseconds' },
    {
      ok: length / tick <= MOST_TICKS,
      where: 'tick',
      got: tick,
      expected: `at most ${MOST_TICKS} of them up to the end`,
    },
    {
      ok: isWhole(window, 1) && window % tick === 0,
      where: 'window',
      got: window,
      expected: 'a multiple of the tick',
    },
    {
      ok: isWhole(d.allowedLateness, 0) && d.allowedLateness <= length,
      where: 'allowedLateness',
      got: d.allowedLateness,
      expected: 'whole milliseconds, at most the length of the run',
    },
    {
      ok: scale >= SCALES.minimum && scale <= SCALES.maximum,
      where: 'scale',
      got: scale,
      expected: `${SCALES.minimum} to ${SCALES.maximum}`,
    },
    {
      ok: shards <= partitions,
      where: 'shards',
      got: shards,
      expected: `at most the ${partitions} partitions`,
    },
    {
      ok: speed > 0 && speed <= UNPACED_SPEED,
      where: 'speed',
      got: speed,
      expected: `above 0, at most ${UNPACED_SPEED}`,
    },
    {
      ok: domains.length > 0 && domains.length <= MOST_DOMAINS && domains.every(isNamed),
      where: 'declarations',
      got: domains,
      expected: `1 to ${MOST_DOMAINS} by the name of their domain`,
    },
  ])
}

export function horizonProblem(h: Horizon, { start, end }: RunBounds): string | null {
  return firstWrong([
    { ok: isWithin(h.h, start, end), where: 'h', got: h.h, expected: between(start, end) },
    {
      ok: isWithin(h.simAnchor, start, Date.parse(h.h)),
      where: 'simAnchor',
      got: h.simAnchor,
      expected: between(start, Date.parse(h.h)),
    },
    {
      ok: Number.isSafeInteger(h.wallAnchor),
      where: 'wallAnchor',
      got: h.wallAnchor,
      expected: 'ms since 1970',
    },
    {
      ok: h.speed <= UNPACED_SPEED,
      where: 'speed',
      got: h.speed,
      expected: `at most ${UNPACED_SPEED}`,
    },
    ...(['jumpTo', 'pauseAt'] as const).map((where) => ({
      ok: h[where] === undefined || isWithin(h[where], start, end),
      where,
      got: h[where],
      expected: between(start, end),
    })),
  ])
}

/** A producer whose wall clock is behind stands before the start, where the opening census lies. */
export function progressProblem(p: Progress, { end, shards }: RunBounds): string | null {
  return firstWrong([
    {
      ok: p.shard < shards,
      where: 'shard',
      got: p.shard,
      expected: `one of the ${shards} of this run`,
    },
    {
      ok: isWithin(p.simulatedTo, Number.NEGATIVE_INFINITY, end),
      where: 'simulatedTo',
      got: p.simulatedTo,
      expected: `an instant up to ${isoTime(end)}`,
    },
  ])
}

/** What may have been simulated already (`passed`, ms) can no more be changed. */
export function commandTimeProblem(
  { effectiveAt }: AcceptedCommand,
  passed: number,
  { end }: RunBounds,
): string | null {
  return firstWrong([
    {
      ok: isWithin(effectiveAt, passed, end),
      where: 'effectiveAt',
      got: effectiveAt,
      expected: between(passed, end),
    },
  ])
}

export function endProblem({ at }: RunEnd, { start, end }: RunBounds): string | null {
  return firstWrong([
    { ok: isWithin(at, start, end), where: 'at', got: at, expected: between(start, end) },
  ])
}
