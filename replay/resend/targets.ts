// Where a recording's topics go: under a prefix of their own, each with as many partitions, and nowhere where something lies already.
import type { EventLog, TopicSpec } from '../../infra/event-log/event-log.ts'
import { collector, Problem, problemText } from '../../infra/problem.ts'
import type { RecordingManifest } from '../recording/manifest.ts'

export type TargetTopic = { recorded: string; spec: TopicSpec }

/** Names of recorded topics, whose prefix may be left out. */
export type TargetChoice = {
  /** Null = all. */
  only: string[] | null
  without: string[]
  /** By recorded name, the name behind the new prefix. */
  renamed: Map<string, string>
}

/** Longest name that Kafka takes. */
const MOST_CHARS = 249
/** As large as a recorded record may be. */
const MOST_BYTES = 16 * 1024 * 1024

/** By recorded name, in its order; throws one Problem that names all that does not fit. */
export function targetTopics(
  { topics, source }: Pick<RecordingManifest, 'topics' | 'source'>,
  prefix: string,
  { only, without, renamed }: TargetChoice,
): TargetTopic[] {
  const problems = collector()
  if (prefix === source.prefix) {
    const todo = 'a replay has a prefix of its own, so that it is never mixed with a live run'
    problems.add('--prefix', `"${prefix}", that of the recorded topics`, 'another one', todo)
  }
  const recordedOf = (option: string, names: string[]) =>
    names.flatMap((name) => {
      const found = [name, `${source.prefix}${name}`].find((it) => Object.hasOwn(topics, it))
      if (found !== undefined) return [found]
      problems.add(option, name, `topics of the recording: ${Object.keys(topics).join(', ')}`)
      return []
    })
  const wanted = new Set(only === null ? Object.keys(topics) : recordedOf('--topics', only))
  for (const name of recordedOf('--without', without)) wanted.delete(name)
  const names = new Map<string, string>()
  for (const [from, to] of renamed)
    for (const it of recordedOf('--rename', [from])) names.set(it, to)
  const targets = [...wanted].sort().map((recorded): TargetTopic => {
    const rest = recorded.startsWith(source.prefix)
      ? recorded.slice(source.prefix.length)
      : recorded
    const name = `${prefix}${names.get(recorded) ?? rest}`
    const spec = { name, partitions: topics[recorded], cleanup: 'delete' as const }
    return { recorded, spec: { ...spec, maxMessageBytes: MOST_BYTES } }
  })
  checkNames(targets, problems)
  problems.throwIfAny('replay --to kafka')
  return targets
}

function checkNames(targets: TargetTopic[], problems: ReturnType<typeof collector>): void {
  if (targets.length === 0) problems.add('topics', 'none left', 'at least one to be sent')
  for (const [name, all] of Map.groupBy(targets, ({ spec }) => spec.name)) {
    if (all.length > 1) {
      problems.add(`topic ${name}`, all.map((it) => it.recorded).join(' and '), 'one of them')
    }
    if (name.length > MOST_CHARS) {
      const todo = 'use a shorter --prefix, or --rename'
      problems.add(`topic ${name}`, `${name.length} letters`, `at most ${MOST_CHARS}`, todo)
    }
  }
}

/** Throws a Problem that names every one of these topics in which something lies. */
export async function refuseFilled(
  log: Pick<EventLog, 'offsets'>,
  existing: string[],
): Promise<void> {
  const filled: string[] = []
  for (const name of existing) {
    const sizes = await log.offsets(name)
    const records = sizes.reduce((sum, { earliest, latest }) => sum + (latest - earliest), 0n)
    if (records > 0n) filled.push(`${name} (${records} records)`)
  }
  if (filled.length === 0) return
  const todo =
    'a replay is not mixed with what is there: use another --prefix, or delete these topics; nothing was sent'
  throw new Problem(problemText('topics', filled.join(', '), 'new or empty ones', todo))
}
