// What becomes of cars and reports at car parks: entries per space, full lots, cars sent on, lots that are silent.
import { MINUTE_MS } from '../../infra/time.ts'
import { ENTRY } from '../../producers/domains/parking/event.ts'
import type { createParkingSimulator } from '../../producers/domains/parking/simulate.ts'
import { Buckets } from './buckets.ts'
import { type ModelRow, type Subject, within } from './check.ts'
import { mean } from './statistics.ts'

const FRESH_MS = 15 * MINUTE_MS

export class ParkingCars {
  readonly #subject: Subject
  readonly #entries: Buckets
  readonly #spaces: number
  /** When each lot last said anything, and for how long it was not fresh in all. */
  readonly #heard: Float64Array
  readonly #silentMs: Float64Array

  constructor(subject: Subject) {
    const { context, start, days } = subject
    const { assets, catalogue } = context
    this.#subject = subject
    this.#entries = new Buckets(start, days * 24 * 60 * MINUTE_MS, 1)
    this.#spaces = assets.reduce((sum, n) => sum + Number(catalogue.attributes[n].capacity), 0)
    this.#heard = new Float64Array(assets.length).fill(start)
    this.#silentMs = new Float64Array(assets.length)
  }

  see(event: number, i: number, time: number): void {
    if (event === ENTRY) this.#entries.add(time, 1)
    const since = time - this.#heard[i]
    if (since > FRESH_MS) this.#silentMs[i] += since - FRESH_MS
    this.#heard[i] = Math.max(this.#heard[i], time)
  }

  rows(): ModelRow[] {
    const { simulator, days, context } = this.#subject
    const { tally, onTheWay } = tallyOf(simulator as Simulated, context.assets.length)
    const unsettled = tally.offered + tally.received - tally.parked - tally.sentOn - tally.gaveUp
    const strayed = tally.sentOn - tally.received - onTheWay
    const away = tally.turnedAway + tally.guidedAway + tally.diverted
    const percent = (check: string, value: number, low: number, high: number, source: string) =>
      within(check, source, 100 * value, low, high, ' %')
    const reporting = 1 - mean(this.#silentMs) / (days * 24 * 60 * MINUTE_MS)
    const perSpace = this.#entries.sums()[0] / this.#spaces / days
    const onward = tally.sentOn / Math.max(1, away)
    const assumed = 'demo assumption'
    return [
      within('entries per space and day', 'three turns, assumed', perSpace, 1, 4),
      percent('lots that report', reporting, 95, 98, 'practice of operators (demo assumption)'),
      percent('cars that meet a full lot or its signs', away / tally.offered, 0.5, 12, assumed),
      percent('of these, sent on (fewer where few lots are simulated)', onward, 0, 80, assumed),
      within('cars without an end, at any lot', 'by construction', unsettled, 0, 0),
      within('cars sent on that arrive nowhere', 'by construction', strayed, 0, 0),
    ]
  }
}

type Simulated = ReturnType<typeof createParkingSimulator>

function tallyOf(simulator: Simulated, lots: number) {
  const tally = simulator.tally(0)
  let onTheWay = simulator.onTheWay(0)
  for (let i = 1; i < lots; i++) {
    const one = simulator.tally(i)
    for (const name of Object.keys(tally) as (keyof typeof tally)[]) tally[name] += one[name]
    onTheWay += simulator.onTheWay(i)
  }
  return { tally, onTheWay }
}
