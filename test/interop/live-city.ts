// A small city of separate programs on a broker, with what makes its quiet topics speak: commands, a second run, bytes that are no event.
import { randomUUID } from 'node:crypto'
import { createKafkaLog } from '../../infra/kafka/kafka-log.ts'
import { type Running, startHuacheng } from '../kafka/programs.ts'

/** Of the city: little enough to be read in Python in seconds; with this seed none of its few car parks stays full. */
const CITY = ['--seed', '1', '--scale', '0.02', '--partitions', '2', '--speed', '30']
const STATUS = /"status":"(http:[^"]+)"/
/** Two letters that no decoder takes for an event. */
export const FOREIGN = ['hello', '{"half']

export type LiveCity = Awaited<ReturnType<typeof startCity>>

/** Resolves once the city's second run has final readings and the unexpected records are dead letters. */
export async function startCity(brokers: string) {
  const prefix = `interop-${randomUUID().slice(0, 8)}.`
  const on = ['--brokers', brokers, '--prefix', prefix]
  const status = ['--status-port', '0']
  const started: Running[] = []
  const start = (args: string[]) => {
    const program = startHuacheng(args)
    started.push(program)
    return program
  }
  async function stop(programs = started): Promise<void> {
    await Promise.all(programs.map((program) => program.stop()))
  }

  try {
    const startProducer = () =>
      start(['produce', ...on, ...CITY, '--headers', 'cloudevents', ...status])
    const first = startProducer()
    const process_ = start(['process', ...on, ...status])
    const console_ = start(['console', ...on, '--port', '0', ...status])
    const url = (await console_.says(/^http:\/\/\S+/m))[0].replace(/\/$/, '')
    const statusOf = async (program: Running) => (await program.says(STATUS))[1]
    await eventually(async () => (await finals(url)).length > 0)
    // Whoever comes back takes the open run in hand, and says so on the log.
    await first.stop()
    const produce = startProducer()
    const programs = {
      produce: await statusOf(produce),
      process: await statusOf(process_),
      console: await statusOf(console_),
    }
    await command(url, 'clock.speed', { speed: 31 })
    await command(url, 'run.restart', {})
    await eventually(async () => (await finals(url)).some(({ epoch }) => epoch > 0))
    await addForeign(brokers, prefix)
    return {
      prefix,
      url,
      /** Addresses of the status ports. */
      programs,
      /** The city stands from here on, everything acknowledged. */
      stand: () => stop([produce, process_]),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function finals(url: string): Promise<{ epoch: number }[]> {
  const answer = await fetch(`${url}/api/kpis?final=true`)
  return answer.ok ? ((await answer.json()) as { epoch: number }[]) : []
}

async function command(url: string, name: string, args: object): Promise<void> {
  const answer = await fetch(`${url}/api/commands`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: randomUUID(), name, args }),
  })
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`)
}

/** Unexpected records among the events; and a look whether the processor has kept its state once. */
async function addForeign(brokers: string, prefix: string): Promise<void> {
  const log = createKafkaLog({ connection: { brokers: brokers.split(',') } })
  const records = FOREIGN.map((text) => ({
    key: Buffer.from('unexpected'),
    value: Buffer.from(text),
    timestamp: 0,
  }))
  await log.append(`${prefix}parking`, 0, records)
  const holds = async (topic: string) =>
    (await log.offsets(`${prefix}${topic}`)).some(({ earliest, latest }) => latest > earliest)
  await eventually(() => holds('checkpoint'))
  await eventually(() => holds('dead-letter'))
  await log.close()
}

export async function eventually(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 100))
}
