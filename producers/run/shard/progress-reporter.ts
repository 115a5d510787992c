// Says on `run` how far one shard has simulated: at the beginning as a marker, then whenever it got further, and again when nothing changes.
import type { Clock } from '../../../infra/clock.ts'
import type { EventLog } from '../../../infra/event-log/event-log.ts'
import { isoTime } from '../../../infra/time.ts'
import { runKey } from '../../contract/keys.ts'
import type { Progress } from '../../contract/records.ts'
import { Repeater } from '../repeater.ts'

export type ProgressOptions = {
  log: EventLog
  clock: Clock
  topic: string
  shard: number
  epoch: number
}

export class ProgressReporter {
  readonly #options: ProgressOptions
  readonly #repeater = new Repeater()

  constructor(options: ProgressOptions) {
    this.#options = options
  }

  /** `standing`: nobody waits for it urgently. */
  async report(simulatedTo: number, standing: boolean): Promise<void> {
    const now = this.#options.clock.now()
    if (this.#repeater.isDue(String(simulatedTo), now, standing)) await this.mark(simulatedTo)
  }

  /** In any case. */
  async mark(simulatedTo: number): Promise<void> {
    const { log, clock, topic, shard, epoch } = this.#options
    const progress: Progress = { shard, simulatedTo: isoTime(simulatedTo) }
    await log.append(topic, 0, [
      {
        key: Buffer.from(runKey.build({ kind: 'progress', epoch, shard })),
        value: Buffer.from(JSON.stringify(progress)),
        timestamp: Math.round(clock.now()),
      },
    ])
  }
}
