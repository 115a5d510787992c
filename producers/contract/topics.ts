// Topic names and their set-up (design.md §3).
import type { TopicSpec } from '../../infra/event-log/event-log.ts'

export const DEFAULT_PREFIX = 'city.'
export const DEFAULT_PARTITIONS = 12
const LARGE_MESSAGE = 8 * 1024 * 1024

export type Topics = ReturnType<typeof topicNames>

/** All topic names under a prefix. */
export function topicNames(prefix = DEFAULT_PREFIX) {
  return {
    domain: (domain: string) => `${prefix}${domain}`,
    run: `${prefix}run`,
    command: `${prefix}command`,
    commandResult: `${prefix}command-result`,
    incident: `${prefix}incident`,
    truth: `${prefix}truth`,
    partial: `${prefix}kpi-partial`,
    kpi: `${prefix}kpi`,
    kpiTwin: `${prefix}kpi-twin`,
    alert: `${prefix}alert`,
    map: `${prefix}map`,
    checkpoint: `${prefix}checkpoint`,
    late: `${prefix}late`,
    deadLetter: `${prefix}dead-letter`,
    /** Consumer groups carry the prefix too: two cities on one cluster must not share them. */
    taskGroup: `${prefix}processor`,
    mergeGroup: `${prefix}merge`,
    /** Of a Flink SQL job, which writes down there at its checkpoints how far it has read. */
    flinkGroup: `${prefix}flink`,
  }
}

/** Specs of every topic for these domains; `retain` bounds the memory log only. */
export function topicSpecs(topics: Topics, domains: string[], partitions: number): TopicSpec[] {
  const perWindow = domains.length * partitions
  return [
    ...domains.map(
      (d): TopicSpec => ({
        name: topics.domain(d),
        partitions,
        cleanup: 'delete',
        retain: 'events',
      }),
    ),
    { name: topics.run, partitions: 1, cleanup: 'compact', retain: { records: 20_000 } },
    { name: topics.command, partitions: 1, cleanup: 'delete', retain: { records: 10_000 } },
    { name: topics.commandResult, partitions: 1, cleanup: 'delete', retain: { records: 10_000 } },
    { name: topics.incident, partitions: 1, cleanup: 'compact,delete' },
    {
      name: topics.truth,
      partitions: 1,
      cleanup: 'compact,delete',
      retain: { records: perWindow * 30 },
    },
    {
      name: topics.partial,
      partitions: 1,
      cleanup: 'compact,delete',
      retain: { records: perWindow * 30 },
    },
    { name: topics.kpi, partitions: 1, cleanup: 'compact,delete', retain: { records: 1500 * 24 } },
    {
      name: topics.kpiTwin,
      partitions: 1,
      cleanup: 'compact,delete',
      retain: { records: 1500 * 24 },
    },
    { name: topics.alert, partitions: 1, cleanup: 'compact,delete', retain: { records: 10_000 } },
    {
      name: topics.map,
      partitions,
      cleanup: 'delete',
      retain: { records: 600 },
      maxMessageBytes: LARGE_MESSAGE,
    },
    {
      name: topics.checkpoint,
      partitions,
      cleanup: 'compact',
      retain: { records: 4 * domains.length },
      maxMessageBytes: LARGE_MESSAGE,
    },
    {
      name: topics.late,
      partitions: 1,
      cleanup: 'delete',
      retain: { records: 20_000 },
      maxMessageBytes: LARGE_MESSAGE,
    },
    {
      name: topics.deadLetter,
      partitions: 1,
      cleanup: 'delete',
      retain: { records: 20_000 },
      maxMessageBytes: LARGE_MESSAGE,
    },
  ]
}
