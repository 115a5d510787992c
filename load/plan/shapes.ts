// `--rate` and `--shape`: the words for a load, made a plan.
import { Problem, problemText } from '../../infra/problem.ts'
import { LoadPlan, type RateSegment } from './load-plan.ts'
import { parseRate, parseTime } from './quantities.ts'

export type AskedLoad = {
  rate?: string
  shape?: string
  /** `--for`. */
  length?: string
}

/** `aligned`: the city goes at one speed, so that its own bursts stay; the plan gives the rate on average only. */
export type ShapedLoad = { plan: LoadPlan; isAligned: boolean; text: string }

const DEFAULT_LENGTH_MS = 60_000
const SHAPES =
  'ramp:0..100k/10m, step:10k,20k,40k/1m, spike:10k..50k@2m/30s, soak:20k/2h, or aligned with --rate'

export function loadOf({ rate, shape, length }: AskedLoad): ShapedLoad {
  const ms = length === undefined ? undefined : parseTime(length, '--for')
  if (rate !== undefined && shape !== undefined && shape !== 'aligned') {
    const got = `"${rate}" beside --shape ${shape}`
    throw new Problem(problemText('--rate', got, 'one of them; only --shape aligned takes a rate'))
  }
  if (rate !== undefined) {
    const perSecond = above0(parseRate(rate, '--rate'), '--rate', rate)
    const plan = new LoadPlan([level(perSecond, ms ?? DEFAULT_LENGTH_MS)])
    const isAligned = shape === 'aligned'
    return { plan, isAligned, text: `${isAligned ? 'aligned at ' : ''}${rate}/s` }
  }
  if (shape === undefined) {
    throw new Problem(
      problemText('--rate', 'not given', `events per second, or --shape: ${SHAPES}`),
    )
  }
  if (shape === 'aligned') {
    throw new Problem(problemText('--shape', 'aligned without --rate', 'the rate on average too'))
  }
  const segments = segmentsOf(shape)
  if (!segments) throw new Problem(problemText('--shape', `"${shape}"`, SHAPES))
  return { plan: new LoadPlan(fitted(segments, ms)), isAligned: false, text: shape }
}

const level = (rate: number, ms: number): RateSegment => ({ ms, from: rate, to: rate })

function above0(rate: number, where: string, text: string): number {
  if (rate > 0) return rate
  throw new Problem(problemText(where, `"${text}"`, 'more than 0 events per second'))
}

/** Null where it is none of the shapes. */
function segmentsOf(shape: string): RateSegment[] | null {
  const where = '--shape'
  const [, kind, ...rest] = /^(\w+):(.+?)(?:@([^/]+))?(?:\/(.+))?$/.exec(shape) ?? []
  const [rates, at, time] = rest
  if (kind === undefined || time === undefined) return null
  const ms = parseTime(time, where)
  if (kind === 'soak' && at === undefined) {
    return [level(above0(parseRate(rates, where), where, shape), ms)]
  }
  if (kind === 'step' && at === undefined) {
    return rates.split(',').map((r) => level(above0(parseRate(r, where), where, shape), ms))
  }
  const [from, to, ...more] = rates.split('..')
  if (to === undefined || more.length > 0) return null
  const [low, high] = [parseRate(from, where), parseRate(to, where)]
  above0(Math.max(low, high), where, shape)
  if (kind === 'ramp' && at === undefined) return [{ ms, from: low, to: high }]
  if (kind !== 'spike' || at === undefined) return null
  const quiet = parseTime(at, where)
  above0(low, where, shape)
  return [level(low, quiet), level(high, ms), level(low, quiet)]
}

/** A shape has its own length; `--for` cuts it off, or holds its last rate for longer. */
function fitted(segments: RateSegment[], ms: number | undefined): RateSegment[] {
  if (ms === undefined) return segments
  const cut: RateSegment[] = []
  let left = ms
  for (const segment of segments) {
    if (left <= 0) return cut
    const share = Math.min(1, left / segment.ms)
    const { from, to } = segment
    cut.push({ ms: segment.ms * share, from, to: from + (to - from) * share })
    left -= segment.ms
  }
  if (left > 0) cut.push(level(segments.at(-1)!.to, left))
  return cut
}
