// One life of the demo's processor: on a connection and a clock of its own, so that it can die alone and at once.
import { stoppableClock } from '../../infra/clock.ts'
import type { MemoryConnection } from '../../infra/memory/connection.ts'
import { type ProcessorOptions, type RunningProcessor, runProcessor } from '../../processor/run.ts'

export type LifeOptions = Omit<ProcessorOptions, 'log' | 'owner'> & {
  /** A connection of its own for every life. */
  connect(): MemoryConnection
}

export type ProcessorLife = {
  owner: string
  processor: RunningProcessor
  /** Resolves or rejects when it ends by itself; never after `end`. */
  done: Promise<void>
  /** Sudden death: no drain, no checkpoint, no goodbye to the groups. */
  end(): void
}

export async function beginLife(options: LifeOptions, owner: string): Promise<ProcessorLife> {
  const connection = options.connect()
  const clock = stoppableClock(options.clock)
  const processor = await runProcessor({ ...options, log: connection, clock, owner })
  let isEnded = false
  const done = new Promise<void>((resolve, reject) => {
    processor.done.then(
      () => !isEnded && resolve(),
      (error: unknown) => !isEnded && reject(error),
    )
  })
  return {
    owner,
    processor,
    done,
    end() {
      isEnded = true
      clock.stop()
      connection.sever()
    },
  }
}
