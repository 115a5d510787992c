// Carries out one strike of the plan against a running city and its broker.
import { realClock, sleep } from '../../infra/clock.ts'
import { type Broker, pause, restart } from '../kafka/broker.ts'
import type { FaultyCity } from './city.ts'
import type { Strike } from './plan.ts'

/** How long a killed program stays away, as with a supervisor. */
const AWAY_MS = 500

export async function strike(city: FaultyCity, broker: Broker, what: Strike): Promise<void> {
  const { programs } = city
  switch (what.kind) {
    case 'kill-processor':
    case 'kill-producer':
      await programs.kill(what.target)
      await sleep(realClock, AWAY_MS)
      programs.restart(what.target)
      return
    case 'zombie':
      programs.signal(what.target, 'SIGSTOP')
      await sleep(realClock, what.ms)
      programs.signal(what.target, 'SIGCONT')
      return
    case 'rebalance-storm':
      return storm(city, what.ms, what.everyMs)
    case 'broker-restart':
      return restart(broker, 'SIGTERM')
    case 'broker-kill':
      return restart(broker, 'SIGKILL')
    case 'broker-pause':
      return pause(broker, what.ms)
  }
}

/** A third processor comes and goes: one membership change every `everyMs`. */
async function storm(city: FaultyCity, ms: number, everyMs: number): Promise<void> {
  const { programs, processorArgs } = city
  const guest = 'processor-guest'
  let isThere = false
  for (const end = realClock.now() + ms; realClock.now() < end; ) {
    if (isThere) await programs.stop(guest)
    else programs.start(guest, processorArgs)
    isThere = !isThere
    await sleep(realClock, everyMs)
  }
  if (isThere) await programs.stop(guest)
}
