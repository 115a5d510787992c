// Operators' orders to junctions: what is asked, whether it can be, and how long it holds.
import { HOUR_MS, MINUTE_MS, parseDuration } from '../../../../infra/time.ts'
import { Problem, problemText } from '../../../simulation/problems.ts'
import { FLASH, GREEN_WAVE, LOCK_STAGE, RESTORE, SWITCH_PLAN } from '../commands.ts'

const KNOWN = [SWITCH_PLAN, GREEN_WAVE, LOCK_STAGE, FLASH, RESTORE]

export type Order =
  | { kind: 'plan'; plan: number }
  | { kind: 'lock'; stage: number; forMs: number }
  | { kind: 'flash'; forMs: number }
  | { kind: 'wave'; forMs: number }
  | { kind: 'restore' }

/** Reads a command for a junction with that many plans and stages; a text says what is wrong with it. */
export function orderOf(
  name: string,
  args: Record<string, unknown>,
  plans: number,
  stages: number,
): Order | string {
  try {
    switch (name) {
      case SWITCH_PLAN:
        return { kind: 'plan', plan: wholeOf(args.plan, plans, `${name} plan`) }
      case LOCK_STAGE: {
        const stage = wholeOf(args.stage, stages, `${name} stage`)
        const forMs = durationOf(args.for, 15_000, 10 * MINUTE_MS, 'PT15S to PT10M', `${name} for`)
        return { kind: 'lock', stage, forMs }
      }
      case FLASH: {
        const forMs = durationOf(args.for, MINUTE_MS, 2 * HOUR_MS, 'PT1M to PT2H', `${name} for`)
        return { kind: 'flash', forMs }
      }
      case GREEN_WAVE: {
        const most = 4 * HOUR_MS
        const forMs = durationOf(args.for, 5 * MINUTE_MS, most, 'PT5M to PT4H', `${name} for`)
        return { kind: 'wave', forMs }
      }
      case RESTORE:
        return { kind: 'restore' }
      default:
        return `${name}: unknown, expected ${KNOWN.slice(0, -1).join(', ')} or ${KNOWN.at(-1)}`
    }
  } catch (problem) {
    if (problem instanceof Problem) return problem.message
    throw problem
  }
}

function wholeOf(value: unknown, most: number, where: string): number {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most) {
    return value as number
  }
  throw new Problem(problemText(where, JSON.stringify(value), `a whole number from 1 to ${most}`))
}

function durationOf(
  value: unknown,
  least: number,
  most: number,
  expected: string,
  where: string,
): number {
  const ms = parseDuration(String(value), where)
  if (ms >= least && ms <= most) return ms
  throw new Problem(problemText(where, `"${value}"`, expected))
}
