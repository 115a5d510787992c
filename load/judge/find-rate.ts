// The highest rate that a pipeline sustains: doubled while it holds, bisected to 5 %, confirmed three times.
import type { LoadFigures } from './figures.ts'
import { invalidity } from './figures.ts'
import { judge, type LoadRule, STEADY_LAG } from './thresholds.ts'

const CLOSE_ENOUGH = 1.05
const CONFIRMATIONS = 3
const STEP_DOWN = 0.95
/** Of doubling, halving or stepping down: a search ends. */
const MOST_TRIES = 20

export type StepVerdict = {
  /** `invalid`: the generator was late, so nothing is known of the pipeline. */
  verdict: 'sustained' | 'not sustained' | 'invalid'
  /** Why it is not. */
  why: string[]
}

export type SearchStep = StepVerdict & { phase: 'up' | 'down' | 'bisect' | 'confirm'; rate: number }

export type FoundRate = {
  steps: SearchStep[]
  /** Events/s; null where no rate held. */
  rate: number | null
  /** What was too much was the generator's, not the pipeline's: it may sustain more. */
  isGeneratorsLimit: boolean
}

/** Whether a load was sustained: lag steady, SLO kept, nothing lost, generator on time. */
export function verdictOf(
  figures: LoadFigures,
  slos: LoadRule[],
  mostSendDelayMs?: number,
): StepVerdict {
  const invalid = invalidity(figures, mostSendDelayMs)
  if (invalid.length > 0) return { verdict: 'invalid', why: invalid }
  const why = slos
    .concat(figures.lag ? STEADY_LAG : [])
    .map((slo) => judge(slo, figures))
    .filter(({ ok }) => !ok)
    .map(
      ({ text, actual, unit }) => `${text}: ${actual === null ? 'nothing' : short(actual)} ${unit}`,
    )
  if (figures.errors > 0) why.push(`${figures.errors} errors`)
  return { verdict: why.length === 0 ? 'sustained' : 'not sustained', why }
}

const short = (n: number) => (n < 10 ? n.toFixed(2) : Math.round(n).toLocaleString('en'))

export type SearchOptions = {
  /** Events/s to begin with. */
  first: number
  /** Loads the pipeline at this rate, once it has recovered from the step before. */
  measure(rate: number): Promise<StepVerdict>
  told?(step: SearchStep): void
}

export async function findRate({ first, measure, told }: SearchOptions): Promise<FoundRate> {
  const steps: SearchStep[] = []
  async function holds(phase: SearchStep['phase'], rate: number): Promise<boolean> {
    const step = { phase, rate, ...(await measure(rate)) }
    steps.push(step)
    told?.(step)
    return step.verdict === 'sustained'
  }

  let low = 0
  let high = first
  for (let i = 0; i < MOST_TRIES && (await holds('up', high)); i++) {
    low = high
    high *= 2
  }
  for (let i = 0; i < MOST_TRIES && low === 0 && high > 1; i++) {
    const half = Math.max(1, high / 2)
    if (await holds('down', half)) low = half
    else high = half
  }
  while (low > 0 && high / low > CLOSE_ENOUGH) {
    const middle = Math.round((low + high) / 2)
    if (await holds('bisect', middle)) low = middle
    else high = middle
  }
  const rate = low === 0 ? null : await confirmed(low)
  return { steps, rate, isGeneratorsLimit: rate !== null && lowestRefused(rate) === 'invalid' }

  async function confirmed(from: number): Promise<number | null> {
    let rate = from
    for (let i = 0; i < MOST_TRIES && rate >= 1; i++) {
      let times = 0
      while (times < CONFIRMATIONS && (await holds('confirm', rate))) times++
      if (times === CONFIRMATIONS) return rate
      rate = Math.floor(rate * STEP_DOWN)
    }
    return null
  }

  /** Of the steps above what was found, what the lowest came to. */
  function lowestRefused(found: number): StepVerdict['verdict'] | undefined {
    const above = steps.filter(({ rate, verdict }) => rate > found && verdict !== 'sustained')
    return above.sort((a, b) => a.rate - b.rate)[0]?.verdict
  }
}
