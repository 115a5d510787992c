// What proves the run: digest at the newest complete tick, the commands that recompute it, finals against truth.
import { formatDuration } from '../../infra/time.ts'
import type { ProofView } from '../messages.ts'
import type { ConsoleOptions } from './options.ts'
import type { Run } from './run.ts'

/** Windows of the comparison with the truth. */
const SHOWN_WINDOWS = 40

export function proofView(run: Run, { audit }: Pick<ConsoleOptions, 'audit'>): ProofView {
  const digest = run.chains.newest()
  return {
    digest,
    commands: {
      digest: digest && digestCommand(run, Date.parse(digest.tick)),
      audit: audit
        ? `npx huacheng audit --brokers ${quoted(audit.brokers)} --prefix ${quoted(audit.prefix)}`
        : null,
    },
    interventions: { ...run.interventions },
    truth: run.history.truths([...run.kpis.keys()], SHOWN_WINDOWS),
  }
}

/** Null at the run's first tick: before it nothing has happened that could be recomputed. */
function digestCommand({ descriptor }: Run, tick: number): string | null {
  const { scenario, seed, start, scale, partitions } = descriptor
  const passed = tick - Date.parse(start)
  if (passed <= 0) return null
  const options = { scenario, seed, start, scale, partitions, for: formatDuration(passed) }
  const words = Object.entries(options).map(([name, value]) => `--${name} ${quoted(`${value}`)}`)
  return `npx huacheng digest ${words.join(' ')}`
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w.,:/+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
