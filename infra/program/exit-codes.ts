// The exit codes of all commands and programs, in one table: help and docs are held against it.

/** Done, or told to stop. */
export const EXIT_DONE = 0
/** Something failed that may go well the next time. */
export const EXIT_FAILED = 1
/** Asked for what cannot be: the same call never goes well. */
export const EXIT_REFUSED = 2
/** A measurement that proves nothing: neither passed nor failed. */
export const EXIT_INVALID = 3
/** A check that failed, as opposed to a program that did; also k6's. */
export const EXIT_DIFFERS = 99

export const EXIT_CODES = [
  {
    code: EXIT_DONE,
    short: 'done',
    meaning:
      'done; or told to stop (SIGTERM, SIGINT): drained, checkpointed, left its groups; or the reader of its output had seen enough',
  },
  {
    code: EXIT_FAILED,
    short: 'error',
    meaning:
      'a part died, did not stop within 5 s, no broker answered, a disk is full, a wait was in vain; the last line says which and why',
  },
  {
    code: EXIT_REFUSED,
    short: 'usage or configuration',
    meaning:
      'usage, files, configuration, options unlike those of the run on the log, or a cluster that refuses login, certificate or rights; all at once, and nothing was written',
  },
  {
    code: EXIT_INVALID,
    short: 'an invalid measurement (load)',
    meaning:
      '`load` did not offer the load that was asked for (its own sending was late), or `compare` was given such a run: neither passed nor failed',
  },
  {
    code: EXIT_DIFFERS,
    short: 'a check that failed or had nothing to compare (audit, digest, grade, kpis, load)',
    meaning:
      '`audit`, `digest`, `grade` or `kpis` found a difference, and names it; or found nothing to compare, which proves nothing; a threshold of `load` was crossed; `compare` found something worse',
  },
]

/** One line for help texts: `0 done, 1 error, …`. */
export function exitCodesLine(): string {
  return EXIT_CODES.map(({ code, short }) => `${code} ${short}`).join(', ')
}

/** The rows of the table in docs/operations.md. */
export function exitCodesTable(): string {
  const rows = EXIT_CODES.map(({ code, meaning }) => `| ${code} | ${meaning} |`)
  return ['| exit code | meaning |', '| --- | --- |', ...rows].join('\n')
}
