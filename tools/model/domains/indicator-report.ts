// Holds slow indicators to what figures do: one a period, of the period that is over, and none that makes an official target fail.
import { DAY_MS, parseCityDate } from '../../../infra/time.ts'
import type { Report } from '../../../producers/domains/indicator-report/event.ts'
import type { IndicatorParameters } from '../../../producers/domains/indicator-report/parameters.ts'
import { createIndicatorSimulator } from '../../../producers/domains/indicator-report/simulate.ts'
import { type ModelRow, type OpenCheck, within } from '../check.ts'

const YEARS = 4
const YEAR_DAYS = 365
/** Figures of a year at most. */
const PER_YEAR = { year: 1, quarter: 4, month: 12 }

export const openIndicatorCheck: OpenCheck = ({ context, start }) => {
  const { indicators } = context.parameters as IndicatorParameters
  const from = start - YEARS * YEAR_DAYS * DAY_MS

  /** Every figure of four years before the run, in order: an indicator draws nothing, so it can be asked by day. */
  function figures(i: number): Report[] {
    const simulator = createIndicatorSimulator({
      ...context,
      assets: context.assets.slice(i, i + 1),
    })
    const seen: Report[] = []
    for (let time = from; time < start; time += DAY_MS) {
      simulator.wake(0, time, (_, data) => {
        const report = { ...(data as Report) }
        if (report.period !== seen.at(-1)?.period) seen.push(report)
      })
    }
    return seen
  }

  return {
    on() {},
    rows(): ModelRow[] {
      return [...context.assets].flatMap((number, i) => {
        const slug = String(context.catalogue.attributes[number].slug)
        const list = figures(i)
        const most = PER_YEAR[indicators[slug].every] * YEARS + 1
        const early = list.filter(
          ({ period, published }) =>
            parseCityDate(published, slug) < parseCityDate(`${period.slice(0, 4)}-01-01`, slug),
        )
        const falls = list.filter(({ value }, k) => k > 0 && value < list[k - 1].value)
        return [
          within(`${slug}: figures in four years`, 'one a period', list.length, most - 2, most),
          within(
            `${slug}: before their year, or lower`,
            'by construction',
            early.length + falls.length,
            0,
            0,
          ),
        ]
      })
    },
    plots: () => [],
  }
}
