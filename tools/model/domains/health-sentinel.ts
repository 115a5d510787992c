// Holds health sentinels to what is known: the share of influenza-like visits, the week's and the day's rhythm, few assessments.
import { cityTimeOfDay, HOUR_MS } from '../../../infra/time.ts'
import {
  STAGE_CHANGE,
  type StageChange,
  type VisitReport,
} from '../../../producers/domains/health-sentinel/event.ts'
import { Buckets } from '../buckets.ts'
import { type ModelPlot, type ModelRow, type OpenCheck, type Subject, within } from '../check.ts'
import { mean } from '../statistics.ts'

const ASSUMED = 'demo assumption'
/** Of southern sentinel hospitals in the weeks of June. */
const PUBLISHED = 'national influenza centre, week 24 of 2007–2013'

const sum = (values: number[]) => values.reduce((a, b) => a + b, 0)

export const openSentinelCheck: OpenCheck = (subject) => new SentinelCheck(subject)

class SentinelCheck {
  readonly #subject: Subject
  readonly #visits: Buckets
  readonly #fever: Buckets
  #assessments = 0
  #visitsWhileShut = 0
  #mostShare = 0
  /** What the last report of each sentinel says of its day, and what these sum to by district. */
  readonly #days: { visits: number; fever: number }[]
  readonly #districts: { visits: number; fever: number }[]

  constructor(subject: Subject) {
    const { start, days } = subject
    this.#subject = subject
    this.#visits = new Buckets(start, HOUR_MS, days * 24)
    this.#fever = new Buckets(start, HOUR_MS, days * 24)
    const nothing = () => ({ visits: 0, fever: 0 })
    this.#days = Array.from(subject.context.assets, nothing)
    this.#districts = subject.context.city.scopes.map(nothing)
  }

  on({ event, i, time, data }: { event: number; i: number; time: number; data: object }): void {
    if (event === STAGE_CHANGE) {
      if ((data as StageChange).stage === 'assess') this.#assessments++
      return
    }
    const { visits, feverVisits, dayVisits, dayFever } = data as VisitReport
    this.#visits.add(time, visits)
    this.#fever.add(time, feverVisits)
    const { assets, catalogue } = this.#subject.context
    const isCentre = catalogue.attributes[assets[i]].kind === 'community'
    const hour = cityTimeOfDay(time) / HOUR_MS
    if (isCentre && (hour >= 20 || hour < 6)) this.#visitsWhileShut += visits
    const district = this.#districts[catalogue.district[assets[i]]]
    const before = this.#days[i]
    district.visits += dayVisits - before.visits
    district.fever += dayFever - before.fever
    this.#days[i] = { visits: dayVisits, fever: dayFever }
    if (time < this.#subject.start + HOUR_MS) return // not all have reported
    this.#mostShare = Math.max(this.#mostShare, district.fever / district.visits)
  }

  rows(): ModelRow[] {
    const { context, days } = this.#subject
    const visits = this.#visits.sums()
    const share = (100 * sum(this.#fever.sums())) / sum(visits)
    const daily = Array.from({ length: days }, (_, d) => sum(visits.slice(24 * d, 24 * d + 24)))
    const at = (hour: number) => mean([0, 1, 2, 3, 4].map((day) => visits[24 * day + hour]))
    const perWeek = (this.#assessments / context.assets.length) * (7 / days)
    return [
      within('influenza-like visits, share', PUBLISHED, share, 3.3, 5.8, ' %'),
      within(
        'the same, most of a district',
        'its warning is at 7 %',
        100 * this.#mostShare,
        3.3,
        7,
        ' %',
      ),
      within(
        'Monday over the other workdays',
        ASSUMED,
        daily[0] / mean(daily.slice(1, 5)),
        1.02,
        1.3,
      ),
      within('Sunday over Wednesday', ASSUMED, daily[6] / daily[2], 0.4, 0.8),
      within('10–11 h over 15–16 h', ASSUMED, at(10) / at(15), 1.1, 1.8),
      within('03–04 h over 10–11 h', ASSUMED, at(3) / at(10), 0.002, 0.04),
      within('visits at health centres at night', ASSUMED, this.#visitsWhileShut, 0, 0),
      within('assessments of a sentinel in a week', ASSUMED, perWeek, 0.02, 0.4),
    ]
  }

  plots(): ModelPlot[] {
    const title = { zh: '一周的发热就诊', en: 'A week of visits with fever' }
    const name = { zh: '流感样就诊', en: 'influenza-like visits' }
    const points = this.#fever.points(this.#fever.sums())
    return [
      {
        name: 'health-sentinel',
        title,
        unit: { zh: '人次/小时', en: 'per hour' },
        lines: [{ name, points }],
      },
    ]
  }
}
