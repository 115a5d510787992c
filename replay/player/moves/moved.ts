// Where the moves of a replay lead: a step, the next incident or alert, a part that is played again and again.
import type { Clock } from '../../../infra/clock.ts'
import { Problem, problemText, shown } from '../../../infra/problem.ts'
import { isoTime, parseDuration, parseInstant } from '../../../infra/time.ts'
import type { Command } from '../../../producers/contract/records.ts'
import type { RunClock } from '../../../producers/run/conductor/run-clock.ts'
import type { ControlBook } from '../../control/control-book.ts'
import type { Span } from '../positions.ts'
import { momentsOf } from './moments.ts'

export type MoveOptions = {
  book: ControlBook
  /** Where incidents and alerts are looked for. */
  books: ControlBook[]
  span: Span
  clock: Clock
  runClock: RunClock
  playedTo(): number
  nextEvent(): Promise<number | null>
}

type SeekTo = { time: number; hold: boolean; loop?: Span | null }

/** The seek that a command needs; undefined where the clock has gone there already. Throws a Problem where it leads nowhere. */
export async function moved(
  { name, args }: Command,
  options: MoveOptions,
): Promise<SeekTo | undefined> {
  if (name === 'replay.loop') return looped(args, options)
  const isBack = args.back === true
  if (name === 'replay.next') return nextMoment(args.kind as string | undefined, isBack, options)
  return step(args.by as string, isBack, options)
}

/** `time`, where the recording holds it. */
export function within({ from, to }: Span, time: number, where: string, text: string): number {
  if (time >= from && time <= to) return time
  const expected = `an instant from ${isoTime(from)} to ${isoTime(to)}, which the recording holds`
  throw new Problem(problemText(where, shown(text), expected))
}

async function step(
  by: string,
  isBack: boolean,
  options: MoveOptions,
): Promise<SeekTo | undefined> {
  const { book, span, runClock, clock, playedTo, nextEvent } = options
  const now = playedTo()
  if (by !== 'event' && by !== 'window') {
    const length = parseDuration(by, 'args/by')
    const time = isBack ? now - length : now + length
    return { time: Math.max(span.from, Math.min(span.to, time)), hold: runClock.paused }
  }
  if (isBack && by === 'event') {
    throw new Problem(problemText('args/by', 'an event back', 'a window, or a duration, back'))
  }
  const { window } = book.descriptor
  // A window ends at a multiple of its length.
  if (isBack) {
    const time = Math.ceil(now / window - 1) * window
    return { time: Math.max(span.from, time), hold: true }
  }
  const next = by === 'event' ? await nextEvent() : Math.floor(now / window + 1) * window
  if (next === null || now >= runClock.end) {
    throw new Problem(
      problemText('replay.step', `the end at ${isoTime(now)}`, 'something behind it'),
    )
  }
  // What is due before a time is played up to it.
  runClock.stepTo(Math.min(runClock.end, by === 'event' ? next + 1 : next), clock.now())
  return undefined
}

/** It stands at the first tick at which what is looked for shows. */
async function nextMoment(
  kind: string | undefined,
  isBack: boolean,
  { book, books, span, playedTo }: MoveOptions,
): Promise<SeekTo> {
  const { start, tick } = book.descriptor
  const first = Date.parse(start)
  const now = playedTo()
  const times = (await Promise.all(books.map(momentsOf)))
    .flat()
    .filter((moment) => kind === undefined || moment.kind === kind)
    .map(({ at }) => first + Math.ceil((at - first) / tick) * tick)
    .filter((time) => time >= span.from && time <= span.to)
    .sort((a, b) => a - b)
  // From between two ticks the one before is that at which it stands.
  const time = isBack
    ? times.findLast((it) => it < Math.floor((now - first) / tick) * tick + first)
    : times.find((it) => it > now)
  if (time !== undefined) return { time, hold: true }
  const where = isBack ? 'before' : 'after'
  throw new Problem(
    problemText('replay.next', `no ${kind ?? 'incident or alert'} ${where} ${isoTime(now)}`, 'one'),
  )
}

/** From where it is, when that lies inside. */
function looped(args: Command['args'], { book, span, playedTo, runClock }: MoveOptions): SeekTo {
  const now = playedTo()
  const at = (name: 'from' | 'to') => {
    const text = args[name] as string | undefined
    if (text === undefined) return undefined
    const where = `args/${name}`
    return within(span, parseInstant(text, where), where, text)
  }
  const [from, to] = [at('from'), at('to')]
  if (from === undefined && to === undefined)
    return { time: now, hold: runClock.paused, loop: null }
  const loop = { from: from ?? span.from, to: to ?? span.to }
  const { tick } = book.descriptor
  if (loop.to - loop.from < 2 * tick) {
    const got = `${isoTime(loop.from)} to ${isoTime(loop.to)}`
    throw new Problem(problemText('replay.loop', got, `at least ${(2 * tick) / 1000} s`))
  }
  const isInside = now >= loop.from && now < loop.to
  return { time: isInside ? now : loop.from, hold: runClock.paused, loop }
}
