// Our own programs as the benchmark times them: a processor that drains a backlog with all its guards on, and a whole producer.
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import kafkajs from 'kafkajs'
import { realClock, sleep } from '../../infra/clock.ts'
import { createKafkaLog } from '../../infra/kafka/kafka-log.ts'
import { topicNames, topicSpecs } from '../../producers/contract/topics.ts'
import { Programs } from '../programs.ts'
import { eventsRead, metricSum } from '../series.ts'
import { waitUntil } from '../wait-until.ts'
import type { Turn } from './warm-program.ts'

const STATUS_PORT = '9511'
const STATUS = `http://127.0.0.1:${STATUS_PORT}/metrics`
const LOOK_MS = 100
const LIMIT_MS = 240_000
/** Start, restore and first fetches are no steady work; nor is what is not compiled yet. */
const WARM_UP_EVENTS = 150_000

type Look = { events: number; cpuMs: number; atMs: number }

/** The last of the looks at which the events still grew tells when the work was done. */
async function watch(
  programs: Programs,
  name: string,
  eventsOf: (metrics: string) => number,
  isOver: (events: number) => boolean,
): Promise<Turn> {
  const looks: Look[] = []
  await waitUntil(
    'the work to be over',
    async () => {
      const answer = await fetch(STATUS).catch(() => null)
      // A producer that is over has gone.
      if (answer === null) return looks.length > 1 || 'no status yet'
      const events = eventsOf(await answer.text())
      programs.sample()
      const last = programs.samples(name).at(-1)!
      if (events > (looks.at(-1)?.events ?? 0))
        looks.push({ events, cpuMs: last.cpuMs, atMs: last.atMs })
      if (isOver(events)) return true
      await sleep(realClock, LOOK_MS)
      return `${events} events`
    },
    LIMIT_MS,
  )
  const first = looks.find(({ events }) => events > WARM_UP_EVENTS)
  const last = looks.at(-1)!
  if (!first || first === last)
    throw new Error(`${name}: too few events after the warm-up, expected a longer run`)
  return {
    events: last.events - first.events,
    cpuUs: 1000 * (last.cpuMs - first.cpuMs),
    wallMs: last.atMs - first.atMs,
  }
}

function programsOf(kafka: string[], root?: string): Programs {
  return new Programs({ folder: join(tmpdir(), `huacheng-bench-${process.pid}`), kafka, root })
}

/** A new processor, by default of this working tree, on a run that nobody has processed yet. */
export async function drain(
  brokers: string,
  prefix: string,
  events: number,
  domains: string[],
  root?: string,
): Promise<Turn> {
  await forgetOutput(brokers, prefix, domains)
  const programs = programsOf(['--brokers', brokers, '--prefix', prefix], root)
  try {
    programs.start('processor', ['process', '--status-port', STATUS_PORT])
    return await watch(programs, 'processor', eventsRead, (read) => read >= events)
  } finally {
    await programs.stopAll()
  }
}

/** A whole producer, simulation and truth with it. */
export async function produce(brokers: string, prefix: string, world: string[]): Promise<Turn> {
  const programs = programsOf(['--brokers', brokers, '--prefix', prefix])
  const simulated = (metrics: string) => metricSum(metrics, 'huacheng_events_simulated_total')
  try {
    programs.start('producer', [
      'produce',
      ...world,
      '--speed',
      'max',
      '--status-port',
      STATUS_PORT,
    ])
    return await watch(programs, 'producer', simulated, () => false)
  } finally {
    await programs.stopAll()
  }
}

/** Takes away what a processor has written, and where it was. */
async function forgetOutput(brokers: string, prefix: string, domains: string[]): Promise<void> {
  const topics = topicNames(prefix)
  const written: string[] = [
    topics.partial,
    topics.kpi,
    topics.alert,
    topics.map,
    topics.checkpoint,
  ]
  written.push(topics.late, topics.deadLetter)
  const kafka = new kafkajs.Kafka({
    brokers: brokers.split(','),
    logLevel: kafkajs.logLevel.NOTHING,
  })
  const admin = kafka.admin()
  await admin.connect()
  const partitions = (await admin.fetchTopicOffsets(topics.domain(domains[0]))).length
  await admin.deleteGroups([topics.taskGroup, topics.mergeGroup]).catch(() => {})
  await admin.deleteTopics({ topics: written })
  await admin.disconnect()
  const specs = topicSpecs(topics, domains, partitions).filter(({ name }) => written.includes(name))
  const log = createKafkaLog({ connection: { brokers: brokers.split(',') } })
  await waitUntil('new topics', async () => {
    await log.ensureTopics(specs)
    return (await log.missing(written)).length === 0
  })
  await log.close()
}
