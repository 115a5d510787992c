// Check of a cluster: that it answers, what it is, how long a question takes, and what of the prefix is there.
import { parseAddress } from '../../infra/address.ts'
import { realClock } from '../../infra/clock.ts'
import { createKafkaAdmin, type KafkaAdmin } from '../../infra/kafka/admin.ts'
import { reach } from '../../infra/kafka/connection/socket.ts'
import { Problem } from '../../infra/problem.ts'
import { counted } from '../output/sizes.ts'
import type { connectionOf } from '../wiring/on-kafka.ts'
import type { DoctorCheck, Finding } from './check.ts'

const QUESTIONS = 5
const SLOW_MS = 100
/** One more try: enough for a broker that is just starting, little enough to be waited for. */
const RETRIES = 1
/** A broker on this planet answers sooner. */
const REACH_MS = 3000

/** `asked` is null when no brokers are named. */
export function kafka(asked: ReturnType<typeof connectionOf> | null): DoctorCheck {
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

/** The address under which a broker wants to be called, and why that fails; null when it does not. */
async function unreached(broker: string): Promise<string | null> {
  const address = parseAddress(broker)
  if (typeof address === 'string') return `${broker} (expected ${address})`
  const reason = await reach(address, realClock, REACH_MS)
  return reason && `${broker} (${reason})`
}

async function look(admin: KafkaAdmin, where: string, prefix: string): Promise<Finding> {
  const { id, brokers, version } = await admin.cluster()
  const silent = (await Promise.all(brokers.map(unreached))).filter((text) => text !== null)
  if (silent.length > 0) {
    const found = `cluster ${id} at ${where} names ${counted(brokers.length, 'broker')}, and of these nobody answers at ${silent.join(', ')}`
    const todo =
      'make their advertised.listeners say addresses that work from this machine, or run the programs where these work'
    return { state: 'wrong', found, todo }
  }
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
