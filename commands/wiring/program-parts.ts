// The parts of one program: each is watched while it runs, and all are stopped in the end, the newest first.

/** A part that runs until it is stopped; `done` rejects when it died. */
export type ProgramPart = { done: Promise<unknown>; stop(): Promise<void> }

/** Something to be closed, and what it is called when it does not close. */
export type Closer = [what: string, close: () => Promise<unknown> | undefined]

export class ProgramParts {
  readonly #parts: ProgramPart[] = []
  readonly #died = Promise.withResolvers<never>()
  #isClosed = false

  constructor() {
    this.#died.promise.catch(() => {}) // looked at when everything has started
  }

  /** Rejects when a part has died, or ended though nobody stopped it. */
  get died(): Promise<never> {
    return this.#died.promise
  }

  own(part: ProgramPart): void {
    // A signal came while this one still started: nobody else would end it.
    if (this.#isClosed) part.stop().catch(() => {})
    else this.#parts.unshift(part)
    part.done.then(
      () => this.#died.reject(new Error('a part ended by itself')),
      (error: unknown) => this.#died.reject(error),
    )
  }

  /** The newest first; whatever still starts is stopped at once from now on. */
  close(): Closer[] {
    this.#isClosed = true
    return this.#parts.map((part, i): Closer => [`part ${i + 1}`, () => part.stop()])
  }
}

export type Closing = {
  /** Called before each with its name. */
  begins(what: string): void
  /** A part that died says so again when it is stopped. */
  failed(what: string, error: Error): void
}

/** Closes one after the other, whatever failed before. */
export async function closeAll(closers: Closer[], { begins, failed }: Closing): Promise<void> {
  for (const [what, close] of closers) {
    begins(what)
    try {
      await close()
    } catch (error) {
      failed(what, error as Error)
    }
  }
}
