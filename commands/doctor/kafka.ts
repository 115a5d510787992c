// Check of a cluster: that it answers, what it is, how long a question takes, and what of the prefix is there.
import { createKafkaAdmin, type KafkaAdmin } from '../../infra/kafka-admin.ts'
import { Problem } from '../../infra/problem.ts'
import type { connectionOf } from '../on-kafka.ts'
import { counted } from '../sizes.ts'
import type { Check, Finding } from './check.ts'

const QUESTIONS = 5
const SLOW_MS = 100
/** One more try: enough for a broker that is just starting, little enough to be waited for. */
const RETRIES = 1

/** `asked` is null when no brokers are named. */
export function kafka(asked: ReturnType<typeof connectionOf> | null): Check {
  return {
    name: 'Kafka',
    isEssential: asked !== null,
    limitMs: 20_000,
    async run() {
      if (!asked) {
        const todo = 'name a cluster with --brokers host:port to check it; the demo needs none'
        return { state: 'open', found: 'not checked: no brokers are named', todo }
      }
      const admin = createKafkaAdmin({ connection: asked.connection, retries: RETRIES })
      try {
        return await look(admin, asked.where, asked.prefix)
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        return { state: 'wrong', found: error.message }
      } finally {
        await admin.close()
      }
    },
  }
}

async function look(admin: KafkaAdmin, where: string, prefix: string): Promise<Finding> {
  const { id, brokers, version } = await admin.cluster()
  const names = (await admin.names()).filter((name) => name.startsWith(prefix))
  const times: number[] = []
  for (let i = 0; i < QUESTIONS; i++) times.push(await admin.latency())
  const latency = times.sort((a, b) => a - b)[Math.floor(QUESTIONS / 2)]
  const kind = version === null ? 'version unknown (it may not be asked)' : `Kafka ${version}`
  const there =
    names.length === 0
      ? `nothing named ${prefix}* yet`
      : `${counted(names.length, 'topic')} named ${prefix}*`
  const found = `cluster ${id} at ${where}: ${kind}, ${counted(brokers.length, 'broker')}, answers in ${latency} ms; ${there}`
  if (latency <= SLOW_MS) return { state: 'fine', found }
  const todo = `slower than ${SLOW_MS} ms: horizons need a round trip, so run the programs near the brokers`
  return { state: 'wrong', found, todo }
}
