// The process's log of itself: JSON lines on stderr, so that stdout stays free for `--json`.
import { type DestinationStream, destination, type Logger, pino } from 'pino'
import { Problem, problemText } from './problem.ts'

export type { Logger }

const STDERR = 2
const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']
/** Never written, wherever they turn up one or two levels deep. */
const SECRETS = ['token', 'password', 'authorization', 'cookie'].flatMap((k) => [
  k,
  `*.${k}`,
  `*.*.${k}`,
])

export type LoggerOptions = {
  /** fatal, error, warn, info (default), debug, trace or silent. */
  level?: string
  /** Default: stderr, written synchronously so that the last line before an exit is not lost. */
  to?: DestinationStream
}

/** Throws a Problem on an unknown level. */
export function createLogger({ level = 'info', to }: LoggerOptions = {}): Logger {
  if (!LEVELS.includes(level)) {
    throw new Problem(problemText('log level', `"${level}"`, `one of ${LEVELS.join(', ')}`))
  }
  const options = {
    level,
    base: { pid: process.pid },
    redact: { paths: SECRETS, censor: '[not logged]' },
    formatters: { level: (label: string) => ({ level: label }) },
  }
  return pino(options, to ?? destination({ dest: STDERR, sync: true }))
}
