// Carries out one strike of the plan against a running city and its broker.
import { realClock, sleep } from '../../infra/clock.ts'
import { type Broker, pause, restart } from '../kafka/broker.ts'
import type { FaultyCity } from './city.ts'
import type { Strike } from './plan.ts'

/** How long a killed program stays away, as with a supervisor. */
const AWAY_MS = 500

/** Resolves with what is left to do once the city has recovered, if anything is. */
export async function strike(
  city: FaultyCity,
  broker: Broker,
  what: Strike,
): Promise<(() => void) | undefined> {
  const { programs } = city
  switch (what.kind) {
    case 'kill-processor':
    case 'kill-producer':
      await programs.kill(what.target)
      await sleep(realClock, AWAY_MS)
      programs.restart(what.target)
      return
    case 'lose-processor':
      await programs.kill(what.target)
      return () => programs.restart(what.target)
    case 'zombie':
      programs.signal(what.target, 'SIGSTOP')
      await sleep(realClock, what.ms)
      programs.signal(what.target, 'SIGCONT')
      return
    case 'rebalance-storm':
      await storm(city, what.ms, what.everyMs)
      return
    case 'broker-restart':
      await restart(broker, 'SIGTERM')
      return
    case 'broker-kill':
      await restart(broker, 'SIGKILL')
      return
    case 'broker-pause':
      await pause(broker, what.ms)
      return
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
