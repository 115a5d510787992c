// Guards kafkajs' produce requests: it throws the first refusal of an answer and forgets what the broker did write. Reaches
// into the same version's internals as connection/guards.ts, which installs it.
import { createRequire } from 'node:module'
import { rootCause } from '../problem.ts'
import type { ProducePart } from './lane-queue.ts'

type ProduceAnswer = {
  topics: {
    topicName: string
    partitions: { partition: number; errorCode: number; baseOffset: string }[]
  }[]
}
type ResponseParser = { parse(answer: ProduceAnswer): Promise<ProduceAnswer> }

const PROTOCOL = 'kafkajs/src/protocol'
const require = createRequire(import.meta.url)

/** Must run before the first append of the process: later versions of the answer take their parser from the third. */
export function guardProduces(load: NodeJS.Require): void {
  const later = load.resolve(`${PROTOCOL}/requests/produce/v4/response`)
  if (load.cache[later]) {
    throw new Error('kafkajs: appended before the guards were in place, expected them first')
  }
  const response: ResponseParser = load(`${PROTOCOL}/requests/produce/v3/response`)
  const { parse } = response
  response.parse = async (answer) => {
    try {
      return await parse(answer)
    } catch (error) {
      throw Object.assign(error as Error, { answer })
    }
  }
}

/**
 * What became of each part of a request that was answered with a refusal; null when there was no answer. A part that
 * another broker was to write counts as not written: nobody waited for its answer.
 */
export function outcomesIn(thrown: unknown, parts: ProducePart[]): (bigint | Error)[] | null {
  const cause = rootCause(thrown) as Error & { answer?: ProduceAnswer }
  const { answer } = cause
  if (!answer) return null
  const createError: (code: number) => Error = require(`${PROTOCOL}/error`).createErrorFromCode
  return parts.map(({ topic, partition }) => {
    const found = answer.topics
      .filter((t) => t.topicName === topic)
      .flatMap((t) => t.partitions)
      .find((p) => p.partition === partition)
    if (!found) return cause
    return found.errorCode === 0 ? BigInt(found.baseOffset) : createError(found.errorCode)
  })
}
