// `huacheng clean`: lists what a city left on a cluster, and removes it with --yes.
import { realClock, sleep } from '../infra/clock.ts'
import type { TopicSpec } from '../infra/event-log/event-log.ts'
import {
  type ClusterFound,
  createKafkaAdmin,
  type GroupFound,
  type KafkaAdmin,
  type TopicFound,
} from '../infra/kafka/admin.ts'
import { foreignShape } from '../infra/kafka/topics.ts'
import { collector, Problem } from '../infra/problem.ts'
import { EXIT_FAILED } from '../infra/program/exit-codes.ts'
import { printLine } from '../infra/program/standard-output.ts'
import { type Topics, topicNames, topicSpecs } from '../producers/contract/topics.ts'
import { domains } from '../producers/domains.ts'
import type { CliCommand } from './options/options.ts'
import { counted } from './output/sizes.ts'
import { connectionOf, KAFKA_OPTIONS } from './wiring/on-kafka.ts'

/** A moving city writes its horizon about every 100 ms. */
const STILLNESS_MS = 1_500

export type Cleaning = {
  topics: TopicFound[]
  groups: GroupFound[]
  /** Carries the prefix, but is not as we make it. */
  left: { name: string; reason: string }[]
}

type Looking = Pick<KafkaAdmin, 'names' | 'topics' | 'groups'>

/**
 * What of a prefix is ours: names *and* shapes that a producer would write to, with as many partitions as the city that
 * stands there has; everything else with the prefix is only named. `checkpoint` shows that there is a city, and its partitions: it is
 * made with all the others, and removed last.
 */
export async function planCleaning(admin: Looking, prefix: string): Promise<Cleaning> {
  const topics = topicNames(prefix)
  const names = domains.map((domain) => domain.declaration.domain)
  const specsFor = (partitions: number) =>
    new Map(topicSpecs(topics, names, partitions).map((s) => [s.name, s]))
  const known = specsFor(1)
  const withPrefix = (await admin.names()).filter((name) => name.startsWith(prefix))
  const left = withPrefix
    .filter((name) => !known.has(name))
    .map((name) => ({ name, reason: 'not a topic of this program' }))
  const ours: TopicFound[] = []
  const found = await admin.topics(withPrefix.filter((name) => known.has(name)))
  const anchor = found.find((t) => t.name === topics.checkpoint)
  const specs = anchor && specsFor(anchor.partitions)
  for (const topic of found) {
    const reason = specs ? foreignReason(specs.get(topic.name)!, topic) : NO_CITY
    if (reason) left.push({ name: topic.name, reason })
    else ours.push(topic)
  }
  const isAnchor = (t: TopicFound) => Number(t.name === topics.checkpoint)
  ours.sort((a, b) => isAnchor(a) - isAnchor(b))
  const groups = await admin.groups([topics.taskGroup, topics.mergeGroup, topics.flinkGroup])
  return { topics: ours, groups, left }
}

const NO_CITY = 'no city of this program stands beside it'

function foreignReason(spec: TopicSpec, found: TopicFound): string | null {
  const all = foreignShape(spec, found).map(({ got, expected }) => `${got}, ours has ${expected}`)
  return all.length > 0 ? all.join('; ') : null
}

/** Throws a Problem when the city is still in use: members in its groups, or a run that moves on meanwhile. */
export async function refuseIfInUse(
  admin: Looking,
  { groups, topics }: Cleaning,
  names: Topics,
  meanwhileMs = STILLNESS_MS,
): Promise<void> {
  const problems = collector()
  for (const { name, state, members } of groups) {
    if (members.length === 0) continue
    const got = `${counted(members.length, 'member')} (${members.join(', ')}), ${state}`
    problems.add(`group ${name}`, got, 'none', 'stop the processors, then clean again')
  }
  const run = topics.find((t) => t.name === names.run)
  if (run) {
    await sleep(realClock, meanwhileMs)
    const [now] = await admin.topics([run.name])
    const written = now ? now.records - run.records : 0n
    if (written > 0n) {
      const got = `${counted(written, 'record')} written while looking`
      problems.add(`topic ${run.name}`, got, 'a city at rest', 'stop the producers first')
    }
  }
  if (problems.found.length > 0) {
    const list = problems.found.map((f) => `  - ${f}`).join('\n')
    throw new Problem(`clean: the city is in use, nothing was removed:\n${list}`, EXIT_FAILED)
  }
}

/** One after the other, so that each refusal has a name; throws one Problem with all of them. */
async function remove(admin: KafkaAdmin, { topics, groups }: Cleaning): Promise<void> {
  const problems: string[] = []
  const attempt = async (deletion: Promise<void>) => {
    try {
      await deletion
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      problems.push(error.message)
    }
  }
  for (const { name } of groups) await attempt(admin.deleteGroup(name))
  for (const { name } of topics) await attempt(admin.deleteTopic(name))
  if (problems.length > 0) {
    throw new Problem(
      `clean: not everything was removed:\n  - ${problems.join('\n  - ')}`,
      EXIT_FAILED,
    )
  }
}

export const clean: CliCommand = {
  name: 'clean',
  about: `
Lists the topics and consumer groups of a prefix that this program makes, with partitions and records, and removes them
with --yes. A topic with the prefix that has another name, other partitions or another clean-up than ours is named
and left alone. Refused while a processor is in a group or the city moves. Exit code 0 when listed or removed, 1 when
refused.`,
  options: {
    ...KAFKA_OPTIONS,
    yes: { type: 'boolean', text: 'remove what is listed; without it nothing is changed' },
    json: { type: 'boolean', text: 'machine-readable output' },
  },
  examples: [
    'npx huacheng clean --brokers 127.0.0.1:9092 --prefix city.',
    'npx huacheng clean --brokers 127.0.0.1:9092 --prefix city. --yes',
  ],
  async run(values) {
    const { connection, prefix, where } = connectionOf(values)
    const admin = createKafkaAdmin({ connection })
    try {
      const cluster = await admin.cluster()
      const cleaning = await planCleaning(admin, prefix)
      const isAsked = values.yes === true
      if (isAsked) {
        await refuseIfInUse(admin, cleaning, topicNames(prefix))
        await remove(admin, cleaning)
      }
      if (values.json) printLine(asJson(cluster, prefix, cleaning, isAsked))
      else printLine(asText(cluster, where, prefix, cleaning, isAsked))
    } finally {
      await admin.close()
    }
  },
}

function asJson(cluster: ClusterFound, prefix: string, cleaning: Cleaning, removed: boolean) {
  const { groups, left } = cleaning
  const topics = cleaning.topics.map((t) => ({ ...t, records: Number(t.records) }))
  return JSON.stringify({ cluster: cluster.id, prefix, removed, topics, groups, left })
}

function asText(
  cluster: ClusterFound,
  where: string,
  prefix: string,
  { topics, groups, left }: Cleaning,
  removed: boolean,
): string {
  const width = Math.max(0, ...[...topics, ...groups, ...left].map((found) => found.name.length))
  const lines = [`cluster ${cluster.id} at ${where}, prefix ${prefix}`]
  for (const { name, partitions, replicas, cleanup, records } of topics) {
    const shape = `${counted(partitions, 'partition').padStart(14)} × ${replicas}`
    lines.push(
      `  topic ${name.padEnd(width)}  ${shape}  ${cleanup.padEnd(14)}  at most ${counted(records, 'record')}`,
    )
  }
  for (const { name, state, members } of groups) {
    const there = members.length > 0 ? `: ${members.join(', ')}` : ''
    lines.push(
      `  group ${name.padEnd(width)}  ${counted(members.length, 'member')}, ${state}${there}`,
    )
  }
  for (const { name, reason } of left) lines.push(`  left  ${name.padEnd(width)}  ${reason}`)
  const partitions = topics.reduce((n, t) => n + t.partitions, 0)
  const sum = `${counted(topics.length, 'topic')} with ${counted(partitions, 'partition')}, ${counted(groups.length, 'group')}`
  if (topics.length + groups.length === 0) lines.push('nothing of this program is there')
  else if (removed) lines.push(`removed: ${sum}`)
  else lines.push(`would be removed: ${sum}; say --yes to remove them`)
  return lines.join('\n')
}
