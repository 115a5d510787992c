// A city on Kafka behind whose end other programs' transactions left their markers: everything that reads to an end comes to one.
import { afterAll, describe, expect, it } from 'vitest'
import { createKafkaLog } from '../../infra/kafka/kafka-log.ts'
import { topicNames } from '../../producers/contract/topics.ts'
import { SMALL_CITY } from '../cities.ts'
import { findBroker, until } from './broker.ts'
import { type Running, startHuacheng } from './programs.ts'
import { createForeignProducer } from './transactions.ts'

const COMMAND_LIMIT_MS = 60_000

const broker = await findBroker()
if (typeof broker === 'string') {
  console.error(`\nEnds NOT run: ${broker}\n`)
  describe('ends', () => {
    it.skip(`NOT run: ${broker}`, () => {})
  })
} else {
  const prefix = `ends-${process.pid}-${Date.now().toString(36)}.`
  const topics = topicNames(prefix)
  const kafka = ['--brokers', broker.brokers, '--prefix', prefix]
  const started: Running[] = []
  const log = createKafkaLog({ connection: { brokers: broker.brokers.split(',') } })
  afterAll(async () => {
    for (const program of started) await program.kill()
    await log.close()
    await broker.stop()
  })

  function start(args: string[]): Running {
    const program = startHuacheng([...args, ...kafka])
    started.push(program)
    return program
  }

  /** Standard output of a command that ends by itself with 0, in time. */
  async function outputOf(...args: string[]): Promise<string> {
    const program = start(args)
    const patience = setTimeout(() => void program.kill(), COMMAND_LIMIT_MS)
    const code = await program.ended
    clearTimeout(patience)
    expect(code, `${args.join(' ')}:\n${program.output()}`).toBe(0)
    return program.stdout()
  }

  async function health(program: Running): Promise<{ ready: boolean; reasons: string[] }> {
    const [, url] = await program.says(/"status":"([^"]+)"/)
    return (await (await fetch(`${url}/health`)).json()) as { ready: boolean; reasons: string[] }
  }

  /** Every record of every task is read. */
  async function isProcessed(): Promise<boolean> {
    const lag = [...(await log.lag(topics.taskGroup)), ...(await log.lag(topics.mergeGroup))]
    return lag.length > 0 && lag.every((l) => l.committed === l.latest)
  }

  const world = ['--city', SMALL_CITY, '--for', 'PT3M']
  const produce = ['produce', ...world, '--speed', 'max', '--status-port', '0']

  describe(`ends (${broker.from})`, () => {
    it('are met behind markers, by everything that reads to them, and nothing void is read', async () => {
      const processor = start(['process', '--status-port', '0'])
      await outputOf(...produce)
      await until(isProcessed)
      const before = {
        digest: await outputOf('digest', '--json'),
        kpis: await outputOf('kpis', '--json'),
        events: await outputOf('events', '--json'),
      }
      expect(before.kpis).not.toBe('')
      expect(await processor.stop()).toBe(0)

      const foreign = await createForeignProducer(broker.brokers)
      const event = Buffer.from(before.events.split('\n')[0])
      for (const topic of [topics.run, topics.partial, topics.truth, topics.kpi, topics.command]) {
        await foreign.abort(topic, 0, [{ key: 'void', value: 'void' }])
      }
      await foreign.abort(topics.checkpoint, 0, [{ key: 'void', value: 'void' }])
      await foreign.abort(topics.domain('parking'), 0, [{ value: event }, { value: 'void' }])
      await foreign.commit(topics.domain('parking'), 0, [{ value: 'hello' }])
      await foreign.close()

      expect(await outputOf('digest', '--json')).toBe(before.digest)
      expect(await outputOf('kpis', '--json')).toBe(before.kpis)
      expect(await outputOf('events', '--json')).toBe(before.events)

      const again = start(['process', '--status-port', '0'])
      await until(isProcessed)
      expect(await health(again)).toMatchObject({ ready: true, reasons: [] })
      const letters = await log.offsets(topics.deadLetter)
      await until(async () => (await log.offsets(topics.deadLetter))[0].latest === 1n)
      expect(letters).toHaveLength(1)
      expect(await outputOf('audit')).toContain('PASS')
      const producer = start([...produce, '--stay'])
      await until(async () => (await health(producer)).ready)
      expect(await producer.stop(), producer.output()).toBe(0)
      expect(await again.stop(), again.output()).toBe(0)
    }, 400_000)
  })
}
