// The numbers that tell how far another engine is, in the order in which they are shown.
import type { EngineView } from '../../../messages.ts'
import { type BothWords, WORDS } from './words.ts'

export type EngineFigure = { name: BothWords; hint?: BothWords; value: number | null }

/** Null = nobody said so. Lines of other runs are worth a place only where there are any. */
export function figuresOf(readings: EngineView['readings'] | undefined): EngineFigure[] {
  const { lag = null, waiting = null, rewritten = null, otherRuns = 0 } = readings ?? {}
  const figures: EngineFigure[] = [
    { name: WORDS.lag, hint: WORDS.lagHint, value: lag },
    { name: WORDS.waiting, value: waiting },
    { name: WORDS.rewritten, hint: WORDS.rewrittenHint, value: rewritten },
  ]
  if (otherRuns > 0) figures.push({ name: WORDS.otherRuns, value: otherRuns })
  return figures
}
