// The city beside its twins: per KPI and scope the newest final that both have, and by how much it differs.
import type { KpiReading } from '../../../processor/contract/types.ts'
import type { CountedDifferences, TwinChoices, TwinView } from '../../messages.ts'
import type { ConsoleOptions } from '../options.ts'
import type { ShownRun } from '../state/run.ts'
import type { CountedAmounts } from '../state/twin-totals.ts'
import type { ShownTwin } from '../state/twins.ts'

/** Readings have six decimals. */
const SCALE = 1e6
/** The twin's newest windows in which the city's own is looked for: one of the two is a little ahead. */
const LOOKED_AT = 10

export const twinViews = (run: ShownRun): TwinView[] =>
  run.twins.all().map((shown) => twinView(run, shown))

/** What there is to be left out. */
export const twinChoicesOf = (
  { actions }: ShownRun,
  { twinWithout }: Pick<ConsoleOptions, 'twinWithout'>,
): TwinChoices => ({
  canStart: twinWithout !== undefined,
  commands: actions.map((action) => ({ ...action, target: action.target ?? null })).reverse(),
})

function twinView(run: ShownRun, shown: ShownTwin): TwinView {
  const { twin, watermark, finals, totals } = shown
  const kpis = finals.kpis().flatMap((kpi) => {
    for (const start of finals.starts(kpi, LOOKED_AT).reverse()) {
      const live = run.history.find(kpi, start)
      const other = live && finals.find(kpi, start)
      if (other) return [compared(live, other, totals.of(live, other, run.history))]
    }
    return []
  })
  return { twin, watermark, kpis }
}

function compared(
  live: KpiReading,
  twin: KpiReading,
  amounts: CountedAmounts | null,
): TwinView['kpis'][number] {
  const scopes = Object.entries(live.scopes).map(([code, { value }]) => {
    const other = twin.scopes[code]?.value ?? null
    return [code, { value, twin: other, difference: difference(value, other) }] as const
  })
  const { kpi, unit, window } = live
  const { start, end } = window
  return {
    ...{ kpi, unit, window: { start, end }, scopes: Object.fromEntries(scopes) },
    counted: amounts && counted(amounts),
  }
}

function counted({ unit, sums, since, scopes }: CountedAmounts): CountedDifferences {
  const rounded = [...scopes].map(([code, amount]) => [code, roundedOf(amount)] as const)
  return { unit, sums, since, scopes: Object.fromEntries(rounded) }
}

function difference(value: number | null, twin: number | null): number | null {
  if (value === null || twin === null) return null
  return roundedOf(value - twin)
}

/** Never -0. */
const roundedOf = (amount: number) => Math.round(amount * SCALE) / SCALE + 0
