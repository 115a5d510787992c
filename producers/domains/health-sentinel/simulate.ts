// The health sentinels as they work: patients come, reports count them, and a response follows from what the reports say.
// In: catalogue, demand, conditions, parameters. Out: `visit-report` and `stage-change`, per sentinel in time order.
import { roundTo } from '../../../infra/maths.ts'
import { DAY_MS, MINUTE_MS } from '../../../infra/time.ts'
import { shortDuration } from '../../simulation/command-args.ts'
import type { Emit, SimulationContext, Simulator, StateWalk } from '../../simulation/simulator.ts'
import { DEPLOY, DEPLOY_DISTRICT } from './commands.ts'
import {
  type ResponseStage,
  STAGE_CHANGE,
  type StageChange,
  VISIT_REPORT,
  type VisitReport,
} from './event.ts'
import type { SentinelParameters } from './parameters.ts'
import { RecentVisits } from './recent.ts'
import { ReportTimes } from './reports.ts'
import { Response } from './response.ts'
import { Visits } from './visits.ts'

/** So long before the start the sentinels work unseen: the day before is known, and a response may be under way. */
const WARM_UP_MS = 2 * DAY_MS

export class HealthSentinels implements Simulator {
  readonly #openedAt: Float64Array
  readonly #reports: ReportTimes
  readonly #visits: Visits
  readonly #recent: RecentVisits[]
  readonly #responses: Response[]
  readonly #firstAt: Float64Array
  readonly #reportAt: Float64Array
  /** The last report; −∞ before the first. */
  readonly #reportedAt: Float64Array
  /** By sentinel: the incident that its response answers. */
  readonly #answers: (string | undefined)[]
  /** Not saved: filled anew for each event, `emit` reads it at once. */
  readonly #report: VisitReport = { ...NOTHING_SEEN, visits: 0, feverVisits: 0 }
  /** Not saved: likewise. */
  readonly #change: StageChange = { ...NOTHING_SEEN, before: 'sense' }

  constructor(context: SimulationContext) {
    const { assets, catalogue } = context
    // The file was checked against the schema when the city was loaded.
    const parameters = context.parameters as SentinelParameters
    this.#openedAt = Float64Array.from(assets, (n) => catalogue.commissionedAt[n])
    this.#reports = new ReportTimes(context, parameters.silences)
    this.#visits = new Visits(context)
    this.#recent = Array.from(assets, () => new RecentVisits(parameters.recentMin * MINUTE_MS))
    this.#responses = Array.from(assets, () => new Response(parameters))
    this.#firstAt = Float64Array.from(assets, (_, i) => this.#reports.first(i))
    this.#reportAt = this.#firstAt.slice()
    this.#reportedAt = new Float64Array(assets.length).fill(Number.NEGATIVE_INFINITY)
    this.#answers = new Array(assets.length)
  }

  /** The opening census is the last report before the start; what was due earlier has happened unseen. */
  first(i: number): number {
    return this.#firstAt[i]
  }

  wake(i: number, time: number, emit: Emit): number {
    if (time === this.#firstAt[i]) {
      this.#warmUp(i, time)
      this.#see(i, time)
      this.#sayReport(i, time, emit)
      return this.#nextWake(i, time)
    }
    const response = this.#responses[i]
    const before = response.stage
    response.pass(time)
    this.#sayChange(i, time, before, emit)
    if (this.#reportAt[i] <= time) {
      const then = response.stage
      this.#see(i, time)
      this.#sayReport(i, time, emit)
      this.#sayChange(i, time, then, emit)
    }
    return this.#nextWake(i, time)
  }

  command(i: number, name: string, args: Record<string, unknown>, time: number): number | string {
    if (name !== DEPLOY && name !== DEPLOY_DISTRICT) {
      return `${name}: unknown, expected ${DEPLOY} or ${DEPLOY_DISTRICT}`
    }
    const forMs = shortDuration(args.for)
    if (typeof forMs === 'string') return `${name} ${forMs}`
    const isThere = time >= this.#openedAt[i]
    // What is for a whole district leaves out whoever is not there yet.
    if (name === DEPLOY && !isThere) return `${name}: the sentinel is not in service yet`
    if (isThere) this.#responses[i].order(time, time + forMs)
    return this.#nextWake(i, this.#reportedAt[i])
  }

  state(walk: StateWalk): void {
    walk.part(this.#visits)
    walk.parts(this.#recent)
    walk.parts(this.#responses)
    walk.numbers(this.#reportAt)
    walk.numbers(this.#reportedAt)
    walk.texts(this.#answers)
  }

  #nextWake(i: number, now: number): number {
    const changeAt = this.#responses[i].changeAt
    // An asset whose census is still to come wakes for that first.
    if (now < this.#firstAt[i]) return this.#firstAt[i]
    return Math.min(this.#reportAt[i], changeAt)
  }

  #warmUp(i: number, census: number): void {
    this.#reportedAt[i] = Math.max(census - WARM_UP_MS, Math.min(this.#openedAt[i], census))
    let time = this.#reports.next(i, this.#reportedAt[i])
    while (time < census) {
      this.#see(i, time)
      time = this.#reports.next(i, time)
    }
  }

  /** Counts who has come since the last report, and lets the response follow. */
  #see(i: number, time: number): void {
    const response = this.#responses[i]
    const recent = this.#recent[i]
    const seen = this.#visits.between(i, this.#reportedAt[i], time, response)
    recent.add(time, seen)
    this.#report.visits = seen.visits
    this.#report.feverVisits = seen.fever
    if (seen.brought > 0) this.#answers[i] = this.#visits.cause
    else if (recent.dayBrought === 0 && response.stage === 'sense') this.#answers[i] = undefined
    response.report(time, recent.fever, recent.usual)
    this.#reportedAt[i] = time
    this.#reportAt[i] = this.#reports.next(i, time)
  }

  #sayReport(i: number, time: number, emit: Emit): void {
    this.#describe(this.#report, i, time)
    const isTheIncidents = this.#recent[i].dayBrought > 0
    emit(VISIT_REPORT, this.#report, isTheIncidents ? this.#answers[i] : undefined)
  }

  #sayChange(i: number, time: number, before: ResponseStage, emit: Emit): void {
    if (this.#responses[i].stage === before) return
    this.#describe(this.#change, i, time)
    this.#change.before = before
    emit(STAGE_CHANGE, this.#change, this.#answers[i])
  }

  #describe(event: VisitReport | StageChange, i: number, time: number): void {
    const { dayVisits, dayFever, fever, usual } = this.#recent[i]
    event.stage = this.#responses[i].stage
    event.open = this.#visits.isOpen(i, time)
    event.dayVisits = dayVisits
    event.dayFever = dayFever
    event.recentFever = fever
    event.usualFever = roundTo(usual, 1)
  }
}

const NOTHING_SEEN = {
  stage: 'sense' as ResponseStage,
  open: false,
  dayVisits: 0,
  dayFever: 0,
  recentFever: 0,
  usualFever: 0,
}
