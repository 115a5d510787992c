// Where a KPI stands against its plan target at a sim date: the straight line from baseline to due date, and a status.
import { roundTo } from '../../infra/maths.ts'
import { CITY_OFFSET_MS, DAY_MS, lastPeriod } from '../../infra/time.ts'
import type { Measure } from '../../producers/contract/measures.ts'
import type { Target } from '../../seeds/contract.ts'
import type { Status } from '../contract/types.ts'

/** On track = at most this far from the line (design.md §6). */
const ON_TRACK = 0.02
/** Slack for the last bit of a float division, so that exactly 2 % is on track. */
const LAST_BIT = 1e-12
/** A ratio of fewer events says little. */
const WARM_EVENTS = 1000

export type TargetStanding = { target: string; expected: number; status: Status }

/** Start of a city date, ms. */
function startOfDate(date: string): number {
  return Date.parse(`${date}T00:00:00.000Z`) - CITY_OFFSET_MS
}

const dueEnd = (target: Target): number => startOfDate(target.due) + DAY_MS

/**
 * The time that a reading at `watermark` speaks of. An annual figure says nothing of the year that runs, nor of the one
 * whose figure is not out yet: it is held against the line at the end of its own year, and a target due at the end of a
 * year is missed when that year's figure says so, not before.
 */
function judgedAt({ reported }: Target, watermark: number): number {
  if (!reported) return watermark
  // A watermark stands before what happens at its own time: a figure that comes out then is not in the reading yet.
  return lastPeriod(reported.every, watermark - reported.lagDays * DAY_MS - 1).end
}

/** The line's value at `time` (ms), clamped outside, in the target's unit. */
function lineAt(target: Target, time: number): number {
  const from = startOfDate(target.baseline.date)
  const to = dueEnd(target)
  const part = to > from ? (time - from) / (to - from) : 1
  const clamped = Math.max(0, Math.min(1, part))
  return target.baseline.value + (target.value - target.baseline.value) * clamped
}

/**
 * Standing of the city's `day` reading at `watermark` (ms). `amount` = numerator × weight, `planned` = a share's
 * denominator. A share whose target counts things (unit not "1") is compared as a count; its `expected` is the line
 * divided by the planned number, so that it can stand beside the value.
 */
export function standing(
  target: Target,
  measure: Measure,
  reading: { value: number | null; amount: number; planned: number | null; n: number },
  watermark: number,
): TargetStanding {
  const counted = measure.kind === 'share' && target.unit !== '1' && reading.planned !== null
  const judged = judgedAt(target, watermark)
  const line = lineAt(target, judged)
  const expected = roundTo(counted ? line / reading.planned! : line, 6)
  const got = counted ? reading.amount : reading.value
  return { target: target.id, expected, status: statusOf(got) }

  function statusOf(compared: number | null): Status {
    const { value, n } = reading
    // A level of no asset is 0 by definition, not a result.
    if (value === null || compared === null) return 'no-data'
    if (measure.kind === 'level' && n === 0) return 'no-data'
    if (measure.kind === 'ratio' && n < WARM_EVENTS) return 'warming-up'
    const down = measure.good === 'down'
    const { about = 0 } = target
    const enough = roundTo(target.value * (down ? 1 + about : 1 - about), 6)
    if (down ? compared <= enough : compared >= enough) return 'met'
    const isOver = target.reported ? judged >= dueEnd(target) : judged > dueEnd(target)
    if (isOver) return 'missed'
    const deviation = expected === 0 ? Math.sign(value) : value / expected - 1
    if (Math.abs(deviation) <= Math.max(ON_TRACK, about) + LAST_BIT) return 'on-track'
    return deviation > 0 !== down ? 'ahead' : 'behind'
  }
}
