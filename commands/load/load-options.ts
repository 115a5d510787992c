// The options of `huacheng load`, and what they come to; everything that does not fit is said at once, before anything starts.
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { allOf, Problem, problemText } from '../../infra/problem.ts'
import { MOST_SEND_DELAY_MS } from '../../load/judge/figures.ts'
import { type LoadRule, parseThreshold } from '../../load/judge/thresholds.ts'
import { type IdReader, idReader } from '../../load/pipeline/match-path.ts'
import { parseTime } from '../../load/plan/quantities.ts'
import { loadOf } from '../../load/plan/shapes.ts'
import { isTopicName, listOf } from '../options/choices.ts'
import { COMPRESSION_OPTION, TOPIC_OPTIONS } from '../options/log-settings.ts'
import {
  numberOption,
  type OptionHelp,
  type OptionValues,
  SCENARIO_OPTIONS,
} from '../options/options.ts'
import { userPath } from '../options/user-path.ts'
import { KAFKA_OPTIONS, kafkaOptions } from '../wiring/on-kafka.ts'
import { STATUS_OPTIONS, statusHost, statusPort } from '../wiring/status-port.ts'
import { loadWorld } from '../wiring/world.ts'

const LOAD_PREFIX = 'load.'
const DEFAULT_LINGER_MS = 10
const MOST_WORKERS = 64
const MOST_PAD = 900_000
const SKEW = /^zipf:(\d(?:\.\d{1,3})?)$/
const GROUP = /^[\x21-\x7e]{1,249}$/
/** A simulated year: no load outlasts it. */
const SIM_LENGTH = 'P365D'
const WARM_UP_SHARE = 0.2
/** What a search may come to, beside the rate that it begins with, when its sizes are chosen. */
export const SEARCH_GROWS = 10
const LONGEST_WARM_UP_MS = 10_000

const { scenario, city, seed, start, scale, partitions, domains, plan } = SCENARIO_OPTIONS

export const LOAD_OPTIONS: Record<string, OptionHelp> = {
  ...KAFKA_OPTIONS,
  prefix: {
    ...KAFKA_OPTIONS.prefix,
    text: 'prefix of the topics that it writes: not that of a city which lives there',
    default: LOAD_PREFIX,
  },
  memory: { type: 'boolean', text: 'without Kafka, into the log in memory: to try it out' },
  rate: { type: 'string', value: 'n', text: 'events per second: 20000, 20k, 1.5M' },
  shape: {
    type: 'string',
    value: 'shape',
    text:
      'instead: ramp:0..100k/10m, step:10k,20k,40k/1m (a minute each), spike:10k..50k@2m/30s (2 min of 10k, 30 s of 50k, ' +
      '2 min of 10k), soak:20k/2h; or aligned beside --rate: the city at one constant speed, with whatever bursts its scenario has',
  },
  for: {
    type: 'string',
    value: 'time',
    text: 'wall time: 30s, 10m, 2h or PT10M; a shape has its own (default of a rate 1m)',
  },
  'warm-up': {
    type: 'string',
    value: 'time',
    text: 'at the beginning, sent and not counted (default a fifth, at most 10 s)',
  },
  workers: { type: 'string', value: 'N', text: 'processes that simulate and send', default: '1' },
  linger: {
    type: 'string',
    value: 'ms',
    text: 'how long a record waits in its worker for company',
    default: String(DEFAULT_LINGER_MS),
  },
  'send-delay': {
    type: 'string',
    value: 'time',
    text: 'a generator whose p99 is later makes the run invalid; more only where a busy machine is all there is',
    default: `${MOST_SEND_DELAY_MS}ms`,
  },
  skew: {
    type: 'string',
    value: 'zipf:s',
    text:
      'zipf:1.1 = hot keys: 10,000 of them by Zipf’s law, placed as Kafka’s default partitioner does. ' +
      'Then processor, digest and audit know nothing of it any more',
  },
  pad: {
    type: 'string',
    value: 'bytes',
    text: 'makes every value so long, with a member "pad" at its end; then likewise',
  },
  flat: {
    type: 'boolean',
    text: 'plain JSON: the fields of `data` beside id, type, subject, time; then likewise',
  },
  group: {
    type: 'string',
    value: 'id',
    text: 'consumer group of the pipeline: its lag is watched, and has to be steady',
  },
  sink: {
    type: 'string',
    value: 'topic',
    text: 'topic that the pipeline writes: latency from the intended time to there',
  },
  match: {
    type: 'string',
    value: 'path',
    text: 'where a record there has the event’s id: $.id, $.a.b, header:<name> or key',
    default: '$.id',
  },
  threshold: {
    type: 'string',
    several: true,
    value: 'rule',
    text:
      "what has to hold, again and again: 'e2e p99<500ms' (send, ack, e2e; p50 to p99.9999, avg, max), 'lag max<10000' " +
      "(max, end, slope; slope<=0.5% of the rate), 'errors<1', 'lost<1', 'duplicates<1', 'rate>=19k'",
  },
  find: {
    type: 'boolean',
    text:
      'search the highest rate that the pipeline sustains, from --rate on: doubled, bisected to 5 %, confirmed three times; ' +
      'each step lasts --for',
  },
  slo: {
    type: 'string',
    several: true,
    value: 'rule',
    text: "with --find, what sustaining means besides a steady lag and no errors: 'p99<500ms' (of the sink, or else of ack)",
  },
  out: {
    type: 'string',
    value: 'folder',
    text: 'writes report.json, report.html, junit.xml and a .hgrm per latency there',
  },
  json: { type: 'boolean', text: 'print report.json instead of the summary' },
  ...{ scenario, city, seed, start },
  scale: {
    ...scale,
    text: 'size of the city, 0.01 to 10 (default: as large as its opening census fits into a quarter of the load, at most 1)',
  },
  ...{ partitions, domains, plan },
  truth: {
    type: 'boolean',
    text: 'write the truth stream too, so that finals can be compared with it',
  },
  yes: { type: 'boolean', text: 'create topics on a broker that is not local without asking' },
  ...COMPRESSION_OPTION,
  ...TOPIC_OPTIONS,
  ...STATUS_OPTIONS,
}

export type LoadOptions = ReturnType<typeof readLoadOptions>

export function readLoadOptions(values: OptionValues) {
  const isMemory = values.memory === true
  const read = allOf('huacheng load', {
    load: () => loadOf(askedLoad(values)),
    warmUpMs: () => timeOf(values, 'warm-up'),
    sendDelayMs: () => timeOf(values, 'send-delay') ?? MOST_SEND_DELAY_MS,
    workers: () => numberOption(values, 'workers', 1, MOST_WORKERS, true) ?? 1,
    lingerMs: () => numberOption(values, 'linger', 0, 10_000) ?? DEFAULT_LINGER_MS,
    pad: () => numberOption(values, 'pad', 1, MOST_PAD, true),
    skew: () => skewOf(values),
    group: () => groupOf(values),
    sink: () => sinkOf(values),
    thresholds: () => rulesOf(values, 'threshold'),
    slos: () => slosOf(values),
    out: () => outOf(values),
    status: () => [statusPort(values), statusHost(values)],
    world: () => loadWorld(simulated(values)),
    kafka: () => (isMemory ? checkMemory(values) : kafkaOptions(withPrefix(values))),
  })
  const { load, workers } = read
  const warmUpMs =
    read.warmUpMs ?? Math.min(LONGEST_WARM_UP_MS, load.plan.durationMs * WARM_UP_SHARE)
  if (warmUpMs >= load.plan.durationMs) {
    throw new Problem(problemText('--warm-up', `${warmUpMs} ms`, 'less than the load lasts'))
  }
  if (workers > read.world.scenario.partitions) {
    const most = `at most the ${read.world.scenario.partitions} partitions`
    throw new Problem(problemText('--workers', String(workers), most, 'raise --partitions'))
  }
  return { ...read, isMemory, warmUpMs, finds: values.find === true, flat: values.flat === true }
}

/** The prefix of a city is not taken by accident. */
export const withPrefix = (values: OptionValues): OptionValues => ({
  ...values,
  prefix: values.prefix ?? LOAD_PREFIX,
})

/** As options of a simulation: `--for` is wall time here, and sim time ends when the load does. */
export function simulated(values: OptionValues, scaled?: number): OptionValues {
  const { scenario, city, seed, start, partitions, domains, plan } = values
  const scale = values.scale ?? (scaled === undefined ? undefined : String(scaled))
  return { scenario, city, seed, start, scale, partitions, domains, plan, for: SIM_LENGTH }
}

const textOf = (values: OptionValues, name: string) => values[name] as string | undefined

function askedLoad(values: OptionValues) {
  const [rate, shape, length] = ['rate', 'shape', 'for'].map((name) => textOf(values, name))
  if (values.find === true && shape !== undefined) {
    throw new Problem(problemText('--find', `with --shape ${shape}`, '--rate, where it begins'))
  }
  return { rate, shape, length }
}

function timeOf(values: OptionValues, name: string): number | undefined {
  const text = textOf(values, name)
  return text === undefined ? undefined : parseTime(text, `--${name}`)
}

function skewOf(values: OptionValues): number | undefined {
  const text = textOf(values, 'skew')
  if (text === undefined) return undefined
  const [, exponent] = SKEW.exec(text) ?? []
  if (exponent !== undefined) return Number(exponent)
  throw new Problem(problemText('--skew', `"${text}"`, 'zipf and an exponent, such as zipf:1.1'))
}

function groupOf(values: OptionValues): string | undefined {
  const group = textOf(values, 'group')
  if (group === undefined || GROUP.test(group)) return group
  throw new Problem(problemText('--group', JSON.stringify(group), 'the id of a consumer group'))
}

export type AskedSink = { topic: string; match: string; idOf: IdReader }

function sinkOf(values: OptionValues): AskedSink | null {
  const topic = textOf(values, 'sink')
  const match = textOf(values, 'match')
  const idOf = idReader(match ?? '$.id')
  if (topic === undefined) {
    if (match === undefined) return null
    throw new Problem(problemText('--match', `"${match}" without --sink`, 'both, or neither'))
  }
  if (isTopicName(topic)) return { topic, match: match ?? '$.id', idOf }
  throw new Problem(problemText('--sink', JSON.stringify(topic), 'the name of a topic'))
}

function rulesOf(values: OptionValues, name: string, metric?: 'ack' | 'e2e'): LoadRule[] {
  const rules = listOf(values, name).map((text) => parseThreshold(text, `--${name}`, metric))
  const needs = (option: string, isOf: (rule: LoadRule) => boolean) => {
    const rule = rules.find(isOf)
    if (!rule || values[option] !== undefined) return
    throw new Problem(
      problemText(`--${name}`, `"${rule.text}" without --${option}`, `--${option}`, 'name it'),
    )
  }
  needs('sink', ({ subject: s }) =>
    s.of === 'latency' ? s.metric === 'e2e' : s.of === 'count' && s.metric !== 'errors',
  )
  needs('group', ({ subject: s }) => s.of === 'lag')
  return rules
}

function slosOf(values: OptionValues): LoadRule[] {
  const finds = values.find === true
  const slos = rulesOf(values, 'slo', values.sink === undefined ? 'ack' : 'e2e')
  if (slos.length > 0 && !finds) {
    throw new Problem(
      problemText('--slo', `"${slos[0].text}" without --find`, '--threshold instead'),
    )
  }
  if (finds && slos.length === 0) {
    throw new Problem(
      problemText('--find', 'no --slo', "what sustaining means, such as --slo 'p99<500ms'"),
    )
  }
  return slos
}

function outOf(values: OptionValues): string | undefined {
  const label = textOf(values, 'out')
  if (label === undefined) return undefined
  const path = userPath(label)
  if (!label.includes('\n') && existsSync(dirname(path))) return path
  throw new Problem(
    problemText('--out', JSON.stringify(label), 'a folder, new or not, in a folder that exists'),
  )
}

function checkMemory(values: OptionValues): null {
  const foreign = ['brokers', 'group', 'workers'].find((name) => values[name] !== undefined)
  if (foreign === undefined) return null
  throw new Problem(problemText(`--${foreign}`, 'given with --memory', 'one of them'))
}
