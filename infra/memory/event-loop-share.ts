// An appender that never waits otherwise lets sockets and timers run now and then: its acknowledgement comes a turn later.

const BYTES_PER_TURN = 1024 * 1024

/** The bytes that were acknowledged since the event loop last ran. */
export class EventLoopShare {
  #bytes = 0

  /** Resolves with `offset`: at once, but not for ever without a turn for the event loop. */
  acknowledge(bytes: number, offset: bigint): Promise<bigint> {
    this.#bytes += bytes
    if (this.#bytes < BYTES_PER_TURN) return Promise.resolve(offset)
    return new Promise((resolve) =>
      setImmediate(() => {
        this.#bytes = 0
        resolve(offset)
      }),
    )
  }
}
