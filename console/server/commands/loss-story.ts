// How the city's account takes a lost event: when it first missed it, when it named it, and when it was given back.
import type { TaskView, Theft } from '../../messages.ts'

/** Nothing is known yet. */
export const UNTOLD = {
  missedAt: null,
  namedAt: null,
  returnedAt: null,
  settledAt: null,
  counted: null,
  lateBefore: 0,
} as const

/**
 * The theft as the accounts tell it now; itself when they say nothing new. All times are those at which a processor
 * published the account. `settled` = those whose return an account has taken already: it counts returns by interval.
 */
export function storyOf(theft: Theft, tasks: TaskView[], settled: Theft[]): Theft {
  const task = tasks.find((t) => isOf(theft, t))
  if (!task) return theft
  const place = placeOf(theft, task)
  const { toldAt } = task
  const named = place?.missing.some((m) => m.asset === theft.asset && m.seq === theft.seq)
  const next = {
    ...theft,
    missedAt: theft.missedAt ?? (place && place.unexplained > 0 ? toldAt : null),
    namedAt: theft.namedAt ?? (named ? toldAt : null),
  }
  if (theft.returnedAt !== null && toldAt > theft.returnedAt && task.watermark > theft.time) {
    const before = settled.filter((t) => isOf(t, task) && placeOf(t, task) === place).length
    // Given back before its interval had ended, it was never missed.
    const isBack = !place || place.unexplained <= 0 || place.returned > before
    if (isBack) {
      next.settledAt = toldAt
      next.counted = countedAs(task.late - theft.lateBefore, task.injected.late)
    }
  }
  const isNew =
    next.missedAt !== theft.missedAt ||
    next.namedAt !== theft.namedAt ||
    next.settledAt !== theft.settledAt
  return isNew ? next : theft
}

/** Other late events, which a fault of the scenario made so, leave it open how this one was counted. */
function countedAs(late: number, injected: number): Theft['counted'] {
  if (injected > 0) return null
  return late > 0 ? 'late' : 'folded'
}

const isOf = ({ topic, partition }: Theft, task: TaskView) =>
  task.partition === partition && topic.endsWith(`.${task.domain}`)

const placeOf = ({ time }: Theft, { breaks }: TaskView) =>
  breaks.find((b) => b.from <= time && time < b.to)
