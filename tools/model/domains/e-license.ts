// Holds e-licences to what is known: hours of halls, lunch, Monday, what comes after hours, sizes of points, use by service.
import { cityTimeOfDay, DAY_MS, HOUR_MS } from '../../../infra/time.ts'
import { VERIFICATION, type Verification } from '../../../producers/domains/e-license/event.ts'
import type { LicenceParameters } from '../../../producers/domains/e-license/parameters.ts'
import { Buckets } from '../buckets.ts'
import { type ModelPlot, type ModelRow, type OpenCheck, type Subject, within } from '../check.ts'
import { mean, quantile } from '../statistics.ts'

const ASSUMED = 'demo assumption'
const CODE = 'Guangzhou service code, clause 25'
const MARRIAGE = 'marriage-registration'

const sum = (values: number[]) => values.reduce((a, b) => a + b, 0)

export const openLicenceCheck: OpenCheck = (subject) => new LicenceCheck(subject)

class LicenceCheck {
  readonly #subject: Subject
  readonly #parameters: LicenceParameters
  /** By kind of channel and hour of the run. */
  readonly #perHour: Map<string, Buckets>
  readonly #perPoint: Float64Array
  readonly #services = new Map<string, { eligible: number; used: number }>()
  #papers = 0
  #marriagesElsewhere = 0
  #outsideHours = 0

  constructor(subject: Subject) {
    this.#subject = subject
    this.#parameters = subject.context.parameters as LicenceParameters
    const { start, days, context } = subject
    const kinds = ['hall', 'self-service', 'online']
    this.#perHour = new Map(kinds.map((kind) => [kind, new Buckets(start, HOUR_MS, days * 24)]))
    this.#perPoint = new Float64Array(context.assets.length)
  }

  on({ event, i, time, data }: { event: number; i: number; time: number; data: object }): void {
    if (event !== VERIFICATION) return
    const { channel, service, eligible, presented, outcome } = data as Verification
    const { officeHours, onSite } = this.#parameters.channels[channel]
    const kind = officeHours ? 'hall' : onSite ? 'self-service' : 'online'
    this.#perHour.get(kind)?.add(time, 1)
    this.#perPoint[i]++
    if (kind === 'online' && (presented === 'paper' || presented === 'none')) this.#papers++
    if (service === MARRIAGE && channel !== 'district-hall') this.#marriagesElsewhere++
    const hour = cityTimeOfDay(time) / HOUR_MS
    const isOpen = this.#parameters.officeHours.some(([from, to]) => hour >= from && hour < to)
    if (kind === 'hall' && !isOpen) this.#outsideHours++
    if (!eligible) return
    const known = this.#services.get(service) ?? { eligible: 0, used: 0 }
    known.eligible++
    if (presented === 'e-license' && outcome === 'accepted') known.used++
    this.#services.set(service, known)
  }

  rows(): ModelRow[] {
    const { context, start } = this.#subject
    const [monday, ...others] = this.#daily('hall').slice(0, 5)
    const isWorkday = (k: number) => context.demand.dayKind(start + k * DAY_MS) === 'workday'
    const rest = others.filter((_, k) => isWorkday(k + 1))
    const all = [...this.#perHour.values()].map((b) => b.sums())
    const total = sum(all.flat())
    const late = sum(all.flatMap((sums) => sums.filter((_, k) => k % 24 >= 17)))
    const online = this.#perHour.get('online')!.sums()
    const at = (hour: number) => mean([0, 1, 2, 3, 4].map((day) => online[day * 24 + hour]))
    return [
      within('in halls outside office hours', CODE, this.#outsideHours, 0, 0),
      within('paper or nothing shown online', 'practice', this.#papers, 0, 0),
      within('halls, Monday over the other workdays', ASSUMED, monday / mean(rest), 0.98, 1.35),
      within('online, lunch hour over 10–11 h', ASSUMED, at(12) / at(10), 0.4, 0.8),
      within('after 17 h, share of the week', ASSUMED, (100 * late) / total, 12, 35, ' %'),
      ...(MARRIAGE in this.#offered() ? this.#ownRows(total) : []),
    ]
  }

  #offered(): Record<string, unknown> {
    return Object.fromEntries(this.#parameters.services.map(({ code, at }) => [code, at]))
  }

  /** What is known of the city whose services these are. */
  #ownRows(total: number): ModelRow[] {
    const services = [...this.#services.values()]
    const eligible = sum(services.map((s) => s.eligible))
    const used = sum(services.map((s) => s.used))
    const shares = services.filter((s) => s.eligible >= 100).map((s) => s.used / s.eligible)
    const ratePerS = total / ((this.#subject.days * DAY_MS) / 1000) / this.#scale()
    return [
      within('marriages not in a district centre', 'practice', this.#marriagesElsewhere, 0, 0),
      within('a second, mean of the week', 'derived: about 2 on workdays', ratePerS, 1, 2.4),
      ...this.#sizeRows(),
      within('usage, all services', 'the plan’s path', 100 * (used / eligible), 76.5, 81.5, ' %'),
      within('usage, least of a service', ASSUMED, Math.min(...shares), 0.45, 0.68),
      within('usage, most of a service', ASSUMED, Math.max(...shares), 0.87, 0.96),
    ]
  }

  plots(): ModelPlot[] {
    const words: Record<string, string> = {
      hall: 'halls',
      'self-service': 'terminals',
      online: 'online',
    }
    const lines = [...this.#perHour].map(([kind, buckets]) => ({
      name: { zh: { hall: '大厅', online: '网上' }[kind] ?? '自助终端', en: words[kind] },
      points: buckets.points(buckets.sums().map((n) => n / this.#scale())),
    }))
    const title = { zh: '一周的证照核验', en: 'A week of licence verifications' }
    return [{ name: 'e-license', title, unit: { zh: '次/小时', en: 'per hour' }, lines }]
  }

  #scale(): number {
    return this.#subject.context.scenario.scale
  }

  #daily(kind: string): number[] {
    const sums = this.#perHour.get(kind)!.sums()
    return Array.from({ length: this.#subject.days }, (_, day) =>
      sum(sums.slice(24 * day, 24 * day + 24)),
    )
  }

  /** Sizes on a workday: five of a week's days. */
  #sizeRows(): ModelRow[] {
    const { context } = this.#subject
    const workdays = 5
    const of = (type: string) =>
      [...context.assets]
        .map((number, i) => ({ type: context.catalogue.attributes[number].type, i }))
        .filter((point) => point.type === type)
        .map(({ i }) => this.#perPoint[i] / workdays)
    const districts = of('district-hall')
    const stations = of('community')
    return [
      within('a district centre a day, mean', 'practice: thousands', mean(districts), 900, 2200),
      within('a neighbourhood station a day, mean', 'practice: about 20', mean(stations), 14, 28),
      within(
        'stations, largest tenth over median',
        ASSUMED,
        quantile(stations, 0.9) / quantile(stations, 0.5),
        1.8,
        4,
      ),
    ]
  }
}
