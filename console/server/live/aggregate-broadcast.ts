// The `agg` message: clock, changed readings, ledger and pipeline rates, built once for pages that are equally far.
import type { Clock } from '../../../infra/clock.ts'
import type { ClockView, HealthView, LedgerView } from '../../messages.ts'
import type { ShownRun } from '../state/run.ts'
import { EventRate } from './event-rate.ts'
import type { LiveClients } from './live-clients.ts'
import { SharedText } from './packing.ts'

/** To be sent this often. */
export const AGGREGATE_MS = 500

export class AggregateBroadcast {
  readonly #clients: LiveClients
  readonly #currentRun: () => ShownRun | null
  readonly #clock: Clock
  readonly #rate = new EventRate()

  constructor(clients: LiveClients, currentRun: () => ShownRun | null, clock: Clock) {
    this.#clients = clients
    this.#currentRun = currentRun
    this.#clock = clock
  }

  /** Call it every AGGREGATE_MS, with pages or without; `now` = at once for everybody, because the presenter just did something. */
  send(now = false): void {
    const run = this.#currentRun()
    if (!run) return
    const time = this.#clock.now()
    this.#rate.sample(run, time)
    if (this.#clients.size === 0) return
    const messages = messagesOf(run, time, this.health(run))
    for (const client of this.#clients) {
      if (!now && !client.wantsAggregate(time, AGGREGATE_MS)) continue
      client.sendAggregate(time, run.readings.version(), messages)
    }
  }

  health(run: ShownRun): HealthView {
    return {
      eventsPerSecond: this.#rate.perSecond(run, this.#clock.now()),
      lagSimMs: Math.max(0, run.clock.horizonMs() - slowestWatermark(run)),
      clients: this.#clients.size,
    }
  }
}

/** Message by readings version that a page already has. */
function messagesOf(
  run: ShownRun,
  serverTime: number,
  health: HealthView,
): (since: number) => SharedText {
  const clock: ClockView = run.clock.view(serverTime)
  const ledger: LedgerView = run.ledger.view()
  const head = JSON.stringify({ op: 'agg', epoch: run.epoch, clock, serverTime })
  const tail = JSON.stringify({ ledger, health })
  const built = new Map<number, SharedText>()
  return (since) => {
    const known = built.get(since)
    if (known !== undefined) return known
    const readings = run.readings.changedSince(since).map((entry) => entry.text)
    const text = `${head.slice(0, -1)},"readings":[${readings.join(',')}],${tail.slice(1)}`
    const made = new SharedText(text)
    built.set(since, made)
    return made
  }
}

/** Of the readings shown, which are fresher than the ledgers; before the first, the run's start. */
function slowestWatermark({ readings, ledger, descriptor }: ShownRun): number {
  return readings.slowestWatermark() ?? ledger.slowestWatermark() ?? Date.parse(descriptor.start)
}
