// The demo's twin as long as it is yet to begin: the city that people wait for comes first.
import type { Clock } from '../../infra/clock.ts'
import type { DemoTwin } from './demo-twin.ts'

export class LaterTwin {
  /** Null where there is none, or it was stopped before. */
  readonly begun: Promise<DemoTwin | null>
  readonly #cancel: () => void

  /** After so many wall ms; at once where they are 0. */
  constructor(clock: Clock, afterMs: number, begin: () => Promise<DemoTwin | null> | null) {
    const { promise, resolve } = Promise.withResolvers<DemoTwin | null>()
    this.begun = promise
    const forget = afterMs > 0 ? clock.schedule(afterMs, () => resolve(begin())) : () => {}
    if (afterMs === 0) resolve(begin())
    this.#cancel = () => {
      forget()
      resolve(null)
    }
  }

  async stop(): Promise<void> {
    this.#cancel()
    await (await this.begun.catch(() => null))?.stop()
  }
}
