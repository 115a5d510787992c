// What can be asked of `huacheng replay --to kafka`, and what it comes to.
import { allOf, Problem, problemText } from '../../../infra/problem.ts'
import { parseDuration } from '../../../infra/time.ts'
import type { PacedBy } from '../../../replay/resend/due-times.ts'
import type { ResendTimestamps } from '../../../replay/resend/resend.ts'
import type { TargetChoice } from '../../../replay/resend/targets.ts'
import { isTopicName, listOf, oneOf, topicsAskedFor } from '../../options/choices.ts'
import type { OptionHelp, OptionValues } from '../../options/options.ts'
import { KAFKA_OPTIONS, kafkaOptions } from '../../wiring/on-kafka.ts'

const PACED_BY: readonly PacedBy[] = ['event', 'wall']
const TIMESTAMPS: readonly ResendTimestamps[] = ['original', 'shifted']
export const OWN_PREFIX = 'replay.'

/** Besides those that Kafka always takes. */
const OWN_OPTIONS: Record<string, OptionHelp> = {
  by: {
    type: 'string',
    value: 'time',
    text: 'event: the times that events say; wall: the records’ timestamps; default event where a city’s one run is recorded',
  },
  timestamps: {
    type: 'string',
    value: 'which',
    text: 'of what is sent: original, or shifted to when it is meant to be sent',
    default: 'original',
  },
  topics: { type: 'string', value: 'a,b', text: 'these topics only; their prefix may be left out' },
  without: { type: 'string', value: 'a,b', text: 'all topics but these' },
  rename: { type: 'string', value: 'a=b,c=d', text: 'topics under another name behind the prefix' },
  loop: {
    type: 'boolean',
    text: 'again and again until it is stopped or --for is over; each record says its pass',
  },
  for: {
    type: 'string',
    value: 'duration',
    text: 'so much of the recording’s time in all, from its beginning or --at on',
  },
  yes: { type: 'boolean', text: 'also on brokers that are not on this machine' },
}

export const TO_KAFKA_OPTIONS: Record<string, OptionHelp> = {
  to: { type: 'string', value: 'where', text: 'kafka: sends the records into topics again' },
  ...KAFKA_OPTIONS,
  prefix: {
    type: 'string',
    value: 'p',
    text: 'of the topics that it makes',
    default: OWN_PREFIX,
  },
  ...OWN_OPTIONS,
}

export type ToKafka = {
  isYes: boolean
  by: PacedBy | undefined
  timestamps: ResendTimestamps
  choice: TargetChoice
  isLooped: boolean
  /** So much of the recording's time, over all passes. */
  forMs: number | undefined
}

/** Undefined where the records are not to be sent anywhere; throws one Problem that names all that does not fit. */
export function toKafkaOf(values: OptionValues): ToKafka | undefined {
  const { to } = values
  if (to === undefined) {
    const given = Object.keys(TO_KAFKA_OPTIONS).filter((name) => values[name] !== undefined)
    if (given.length === 0) return undefined
    const names = given.map((name) => `--${name}`).join(', ')
    throw new Problem(problemText(names, 'given without --to kafka', 'left out'))
  }
  const { by, timestamps, choice, forMs } = allOf('huacheng replay --to', {
    to: () => oneOf(values, 'to', ['kafka']),
    by: () => oneOf(values, 'by', PACED_BY),
    timestamps: () => oneOf(values, 'timestamps', TIMESTAMPS),
    choice: () => choiceOf(values),
    forMs: () => forOf(values),
    kafka: () => kafkaOptions(values),
  })
  return {
    ...{ by, timestamps: timestamps ?? 'original', choice, forMs },
    ...{ isYes: values.yes === true, isLooped: values.loop === true },
  }
}

/** Without a loop it says what `--until` does. */
function forOf(values: OptionValues): number | undefined {
  if (values.for === undefined) return undefined
  if (values.until !== undefined && values.loop !== true) {
    const todo = 'with --loop, --until ends each pass and --for all of it'
    throw new Problem(problemText('--for', 'given with --until', 'one of them', todo))
  }
  return parseDuration(values.for as string, '--for')
}

function choiceOf(values: OptionValues): TargetChoice {
  return allOf('topics', {
    only: () => topicsAskedFor(values, 'topics'),
    without: () => topicsAskedFor(values, 'without') ?? [],
    renamed: () =>
      new Map(
        listOf(values, 'rename').map((pair) => {
          const [from, to, ...more] = pair.split('=')
          if (isTopicName(from) && isTopicName(to ?? '') && more.length === 0) return [from, to]
          throw new Problem(problemText('--rename', JSON.stringify(pair), 'pairs such as old=new'))
        }),
      ),
  })
}
