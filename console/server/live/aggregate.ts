// The `agg` message: clock, changed readings, ledger and pipeline rates, built once for clients that are equally far.
import type { Clock } from '../../../infra/clock.ts'
import type { ClockView, HealthView, LedgerView } from '../../messages.ts'
import type { ShownRun } from '../state/run.ts'

/** Events per second are measured over this much wall time. */
const RATE_MS = 10_000

export type Aggregator = ReturnType<typeof createAggregator>

export function createAggregator(clock: Clock, clients: () => number) {
  let samples: { wall: number; read: number; epoch: number }[] = []

  /** Events read per wall second; between two ledgers of a slow run the last rate stands. */
  function eventsPerSecond(run: ShownRun, now: number): number {
    if (run.clock.status() !== 'running') return 0
    const first = samples[0]
    const last = samples[samples.length - 1]
    if (!first || last.wall === first.wall || now - last.wall > 2 * RATE_MS) return 0
    return Math.round((1000 * (last.read - first.read)) / (last.wall - first.wall))
  }

  function health(run: ShownRun, now: number): HealthView {
    const lagSimMs = Math.max(0, run.clock.horizonMs() - slowestWatermark(run))
    return { eventsPerSecond: eventsPerSecond(run, now), lagSimMs, clients: clients() }
  }

  return {
    /** Call it about twice a second, with clients or without. */
    sample(run: ShownRun): void {
      const wall = clock.now()
      const { epoch } = run
      const read = run.ledger.read()
      if (samples.some((s) => s.epoch !== epoch)) samples = []
      if (samples.at(-1)?.read === read) return
      samples.push({ wall, read, epoch })
      while (samples.length > 2 && wall - samples[0].wall > RATE_MS) samples.shift()
    },
    health: (run: ShownRun) => health(run, clock.now()),
    /** Message by readings version the client already has. */
    messages(run: ShownRun): (since: number) => string {
      const serverTime = clock.now()
      const view: ClockView = run.clock.view(serverTime)
      const ledger: LedgerView = run.ledger.view()
      const head = JSON.stringify({ op: 'agg', epoch: run.epoch, clock: view, serverTime })
      const tail = JSON.stringify({ ledger, health: health(run, serverTime) })
      const built = new Map<number, string>()
      return (since) => {
        const known = built.get(since)
        if (known !== undefined) return known
        const readings = run.readings.changedSince(since).map((entry) => entry.text)
        const text = `${head.slice(0, -1)},"readings":[${readings.join(',')}],${tail.slice(1)}`
        built.set(since, text)
        return text
      }
    },
  }
}

/** Of the readings shown, which are fresher than the ledgers; before the first, the run's start. */
function slowestWatermark({ readings, ledger, descriptor }: ShownRun): number {
  return readings.slowestWatermark() ?? ledger.slowestWatermark() ?? Date.parse(descriptor.start)
}
