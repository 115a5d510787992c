// `--threshold kpi:above=0.9`: the same detection with other thresholds than those that the domains declare.
import { collector } from '../../infra/problem.ts'
import type { Measure, Threshold } from '../../producers/contract/measures.ts'
import type { Descriptor } from '../../producers/contract/records.ts'

const FORM = /^([^:=]+):(below|above)(-usual)?=(-?\d+(?:\.\d+)?)(?::windows=([1-9]\d{0,3}))?$/

/** A KPI that declares none on that side gets a warning after so many windows; against usual, of a difference in its unit. */
const USUAL_WINDOWS = 3

/** `moves` as the option gives them; throws one Problem that lists what is wrong with any. The descriptor itself stays. */
export function withThresholds(descriptor: Descriptor, moves: string[]): Descriptor {
  const moved = structuredClone(descriptor)
  const known = new Map<string, { measure: Measure; cityWide: boolean }>()
  for (const [domain, { measures, cityWide }] of Object.entries(moved.declarations)) {
    for (const measure of measures) {
      known.set(`${domain}.${measure.name}`, { measure, cityWide: cityWide === true })
    }
  }
  const problems = collector()
  for (const move of moves) {
    const [, kpi, side, usual, value, windows] = FORM.exec(move) ?? []
    if (kpi === undefined) {
      const form =
        'kpi:below=<n>, kpi:above=<n>, kpi:below-usual=<n> or kpi:above-usual=<n>, with :windows=<n> behind it if wanted'
      problems.add('--threshold', `"${move}"`, form)
      continue
    }
    const found = known.get(kpi)
    if (!found) {
      problems.add('--threshold', `"${kpi}"`, `one of ${[...known.keys()].join(', ')}`)
      continue
    }
    const { measure, cityWide } = found
    const isAgainstUsual = usual !== undefined
    const bound = { [side]: Number(value), ...(windows && { windows: Number(windows) }) }
    const thresholds = measure.thresholds ?? []
    const at = thresholds.findIndex(
      (threshold) => side in threshold && (threshold.againstUsual !== undefined) === isAgainstUsual,
    )
    const added: Threshold = {
      ...{ windows: USUAL_WINDOWS, severity: 'warning', scope: cityWide ? 'city' : 'district' },
      ...(isAgainstUsual && { againstUsual: 'kpi' as const }),
    }
    measure.thresholds =
      at < 0
        ? [...thresholds, { ...added, ...bound }]
        : thresholds.with(at, { ...thresholds[at], ...bound })
  }
  problems.throwIfAny('thresholds cannot be moved')
  return moved
}
