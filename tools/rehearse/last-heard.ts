// What the server said to a page last: where the clock stands, what has been read, and since when nothing is new.
import type { Page } from 'playwright-core'
import type { ServerMessage, StageView } from '../../console/messages.ts'

type Aggregate = Extract<ServerMessage, { op: 'agg' }>

/** So many times in a row without a new reading: whatever was on its way to the page has arrived. */
const QUIET = 2

export class LastHeard {
  #last: Aggregate | null = null
  /** So many has the page dialled: anew wherever another server took over. */
  #sockets = 0
  #stage: StageView | null = null
  #count = 0
  #quiet = 0

  /** Before the page is opened. */
  listen(page: Page): void {
    page.on('websocket', (socket) => {
      this.#sockets++
      this.#last = null
      socket.on('framereceived', ({ payload }) => {
        if (typeof payload === 'string') this.#take(JSON.parse(payload) as ServerMessage)
      })
    })
  }

  /** Another text after each new beginning: of a run, or of the same run at a time at which it was kept. */
  get begun(): string | null {
    return this.#last && `${this.#last.epoch}|${this.#sockets}`
  }

  get stage(): StageView | null {
    return this.#stage
  }

  /** Times that it was said how things stand. */
  get count(): number {
    return this.#count
  }

  get events(): number {
    return this.#last?.ledger.folded ?? 0
  }

  /** True when the clock stands at sim time `at`, all up to there is read, and nothing is new; else how it is. */
  standsAt(at: number): true | string {
    const last = this.#last
    if (!last) return 'nothing was said'
    const { clock, health, ledger } = last
    const stands = clock.status === 'paused' && clock.horizon === at
    const isRead = health.lagSimMs === 0 && ledger.balanced
    if (stands && isRead && this.#quiet >= QUIET) return true
    return `${clock.status} at ${new Date(clock.horizon).toISOString()}, ${health.lagSimMs} ms behind`
  }

  #take(message: ServerMessage): void {
    if (message.op === 'hello') this.#stage = message.stage
    else if (message.op === 'event' && message.kind === 'stage') this.#stage = message.stage
    else if (message.op === 'agg') {
      const isSame = message.clock.horizon === this.#last?.clock.horizon
      this.#quiet = isSame && message.readings.length === 0 ? this.#quiet + 1 : 0
      this.#last = message
      this.#count++
    }
  }
}
