// Waits until a processor has read everything up to a time and every task has written that it has.
import { type Clock, sleep } from '../../../infra/clock.ts'
import type { RunningProcessor } from '../../../processor/run.ts'

/** Events are kept for whoever looks a reading's up: those of the last minutes. The processor has read all of them. */
export const EVENT_BYTES = 32 * 1024 * 1024
const LOOK_MS = 5

export type SettlingProcessor = Pick<RunningProcessor, 'watermark' | 'checkpoint'>

/** Nothing up to `at` need be folded again; false where it did nothing for `patienceMs`: one that reads on is waited for. */
export async function isSettled(
  processor: SettlingProcessor,
  at: number,
  clock: Clock,
  patienceMs: number,
): Promise<boolean> {
  const readTo = () => processor.watermark() ?? Number.NEGATIVE_INFINITY
  let [last, until] = [readTo(), clock.now() + patienceMs]
  for (let now = last; now < at; now = readTo()) {
    if (now > last) [last, until] = [now, clock.now() + patienceMs]
    if (clock.now() >= until) return false
    await sleep(clock, LOOK_MS)
  }
  const patience = sleep(clock, patienceMs).then(() => false)
  return Promise.race([processor.checkpoint().then(() => true), patience])
}
