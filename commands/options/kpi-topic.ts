// The topic of the readings, where another engine than the processor computes them.
import { Problem, problemText } from '../../infra/problem.ts'
import { isTopicName } from './choices.ts'
import { environment } from './environment.ts'
import type { OptionHelp, OptionValues } from './options.ts'

export const KPI_TOPIC_OPTION: Record<string, OptionHelp> = {
  'kpi-topic': {
    type: 'string',
    value: 'topic',
    text: 'take the readings from there, e.g. those of the Flink SQL job (or KPI_TOPIC); default <prefix>kpi',
  },
}

/** Undefined where it was not given; a Problem when it can be no topic's name. */
export function kpiTopic(values: OptionValues, variables = process.env): string | undefined {
  const topic = (values['kpi-topic'] as string | undefined) ?? environment(variables).KPI_TOPIC
  if (topic === undefined || isTopicName(topic)) return topic
  throw new Problem(problemText('--kpi-topic', JSON.stringify(topic), 'the name of a topic'))
}
