// What proves the run: digest at the newest complete tick, the commands that recompute it, finals against truth.
import { formatDuration } from '../../../infra/time.ts'
import type { ProofView } from '../../messages.ts'
import type { ConsoleOptions } from '../options.ts'
import type { ShownRun } from '../state/run.ts'

/** Windows of the comparison with the truth. */
const SHOWN_WINDOWS = 40

export function proofView(
  run: ShownRun,
  { audit, recheck }: Pick<ConsoleOptions, 'audit' | 'recheck'>,
): ProofView {
  const digest = run.chains.newest()
  const options = recheck?.(run.descriptor) ?? null
  return {
    digest,
    commands: {
      digest: digest && options && digestCommand(run, options, Date.parse(digest.tick)),
      audit: audit ? auditCommand(audit) : null,
    },
    unknownScenario: recheck && !options ? run.descriptor.scenario : null,
    interventions: { ...run.interventions },
    truth: run.history.truths([...run.kpis.keys()], SHOWN_WINDOWS),
  }
}

/** Null at the run's first tick: before it nothing has happened that could be recomputed. */
function digestCommand(
  { descriptor }: ShownRun,
  options: Record<string, string>,
  tick: number,
): string | null {
  const passed = tick - Date.parse(descriptor.start)
  return passed > 0 ? commandLine('digest', { ...options, for: formatDuration(passed) }) : null
}

function auditCommand({
  brokers,
  prefix,
  config,
  kpiTopic,
}: NonNullable<ConsoleOptions['audit']>): string {
  const further: Record<string, string> = config === undefined ? {} : { 'command-config': config }
  if (kpiTopic !== undefined) further['kpi-topic'] = kpiTopic
  return commandLine('audit', { brokers, prefix, ...further })
}

function commandLine(command: string, options: Record<string, string>): string {
  const words = Object.entries(options).map(([name, value]) => `--${name} ${quoted(value)}`)
  return ['npx huacheng', command, ...words].join(' ')
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w.,:/+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
