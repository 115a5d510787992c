// What nobody caught: logged and counted; then the program goes on, or ends so that its supervisor starts it anew.
import type { Clock } from '../clock.ts'
import type { Metrics } from '../metrics.ts'

/** A program that goes on ends after all when it errs this often within a minute: it no longer does what it is for. */
const MOST_A_MINUTE = 60
const MINUTE_MS = 60_000

type UncaughtKind = 'uncaughtException' | 'unhandledRejection'
type UncaughtListener = (error: unknown) => void

export type GuardOptions = {
  clock: Clock
  logger: { error(fields: object, text: string): void }
  metrics: Pick<Metrics, 'uncaughtErrors'>
  /**
   * `go-on` where one failed answer must not take the page from everybody else and nothing is written that could be
   * wrong; `end` where a step that broke off half-way must not be followed by the next: a restart repeats it exactly.
   */
  after: 'go-on' | 'end'
  /** Whose errors; default this process. */
  from?: {
    on(kind: UncaughtKind, listener: UncaughtListener): unknown
    off(kind: UncaughtKind, listener: UncaughtListener): unknown
  }
}

/** Stands until `stop`; `done` rejects with the error after which the program must end, and never resolves. */
export function standGuard({ clock, logger, metrics, after, from = process }: GuardOptions) {
  const { promise: done, reject } = Promise.withResolvers<never>()
  done.catch(() => {}) // whoever waits for it hears it as well
  let recent: number[] = []

  const listener = (kind: UncaughtKind) => (error: unknown) => {
    metrics.uncaughtErrors.inc()
    const now = clock.now()
    recent = [...recent.filter((at) => now - at < MINUTE_MS), now]
    const ends = after === 'end' || recent.length > MOST_A_MINUTE
    const stack = error instanceof Error ? error.stack : String(error)
    if (ends) reject(new Error(`an error that nobody caught (${kind})`, { cause: error }))
    try {
      logger.error(
        { error: stack, kind },
        `nobody caught this; the program ${ends ? 'ends' : 'goes on'}`,
      )
    } catch {
      // A log that cannot be written must not come back here as the next error.
    }
  }
  const listeners = (['uncaughtException', 'unhandledRejection'] as const).map(
    (kind) => [kind, listener(kind)] as const,
  )
  for (const [kind, hear] of listeners) from.on(kind, hear)

  return {
    done,
    async stop(): Promise<void> {
      for (const [kind, hear] of listeners) from.off(kind, hear)
    },
  }
}
