// A console whose readings are another engine's: shown unchanged once a window is whole, everything else named or counted.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EngineView, ProofView, RunView } from '../../../../../console/messages.ts'
import { createMemoryLog } from '../../../../../infra/memory/memory-log.ts'
import { waitUntil } from '../../../../../load/wait-until.ts'
import { readingKey } from '../../../../../processor/contract/keys.ts'
import type { ReadingLine } from '../../../../../processor/contract/read-lines.ts'
import type { KpiReading } from '../../../../../processor/contract/types.ts'
import { lineKey, linesOf } from '../../../../reading-lines.ts'
import { descriptor, ledger, openSmallCity, reading, type SmallCity } from '../../small-city.ts'

const TOPIC = 'city.kpi.flink'

let here: SmallCity

beforeEach(async () => {
  const log = createMemoryLog()
  await log.ensureTopics([{ name: TOPIC, partitions: 2, cleanup: 'delete' }])
  const audit = { brokers: 'one:9092', prefix: 'city.', kpiTopic: TOPIC }
  here = await openSmallCity({ kpiTopic: TOPIC, audit }, log)
})
afterEach(() => here.close())

const put = (line: ReadingLine, partition = 0) => here.put(TOPIC, lineKey(line), line, partition)
const window = (k: number, value = 0.5, run = descriptor.run) => linesOf(reading(0, k, value), run)
/** As the processor would have it, but for the truth, which lines do not speak of. */
const final = (epoch: number, k: number, value = 0.5) => reading(epoch, k, value, { truth: null })
const kpis = () => here.json('/api/kpis') as Promise<KpiReading[]>
const engine = () => here.json('/api/engine') as Promise<EngineView>

async function shows(what: KpiReading[]): Promise<void> {
  await waitUntil('the readings', async () => {
    const shown = JSON.stringify(await kpis())
    return shown === JSON.stringify(what) || shown
  })
}
/** The engine room asks the log once a second. */
async function source(): Promise<EngineView['readings']> {
  here.clock.advance(1_000)
  return (await engine()).readings
}

describe('a console over readings in lines', () => {
  it('shows a window unchanged once its last scope has come, and its history', async () => {
    const epoch = await here.start()
    const [whole, east, west] = window(0)
    await put(west)
    await put(whole, 1)
    await waitUntil('a waiting window', async () => (await source()).waiting === 1)
    expect(await kpis()).toEqual([])
    await put(east)
    await shows([final(epoch, 0)])
    expect(await here.json('/api/kpis/lamp.coverage/history')).toEqual([final(epoch, 0)])
    expect(await source()).toEqual({
      ...{ topic: TOPIC, engine: 'flink-sql', lag: null },
      ...{ waiting: 0, rewritten: 0, otherRuns: 0 },
    })
  })

  it('names the engine to pages that are open and to those that come, and in the command that audits', async () => {
    await here.server.listen()
    await here.start()
    const client = await here.join()
    const engines = () => client.of('hello').map(({ run }) => run.engine)
    expect(engines()).toEqual([undefined])
    for (const line of window(0)) await put(line)
    await waitUntil('the engine', () => engines().length === 2)
    expect(engines()).toEqual([undefined, 'flink-sql'])
    expect(((await here.json('/api/run')) as RunView).engine).toBe('flink-sql')
    const { commands, truth } = (await here.json('/api/proof')) as ProofView
    expect(commands.audit).toBe(
      `npx huacheng audit --brokers one:9092 --prefix city. --kpi-topic ${TOPIC}`,
    )
    // Held against the truth by nobody: said so, and not as equal.
    expect(truth.rows.find(({ kpi }) => kpi === 'lamp.coverage')?.marks).toBe('.')
  })

  it('reads what lay there before its run, and shows nothing of another run', async () => {
    for (const line of window(0)) await put(line)
    for (const line of window(1, 0.9, 'r-00000000000f')) await put(line)
    const epoch = await here.start()
    await shows([final(epoch, 0)])
    expect(await source()).toMatchObject({ engine: 'flink-sql', otherRuns: 3 })
    const next = await here.start({ run: 'r-00000000000f' })
    await shows([final(next, 1, 0.9)])
    expect(await source()).toMatchObject({ otherRuns: 3 })
  })

  it('takes the account from the processor beside, and none of its readings', async () => {
    const epoch = await here.start()
    await here.kpi(reading(epoch, 0, 0.7))
    await here.ledger(ledger(epoch))
    await waitUntil('the account', async () => (await here.json('/api/ledger')).length === 1)
    for (const line of window(0)) await put(line)
    await shows([final(epoch, 0)])
    expect((await engine()).ignored).toEqual([])
  })

  it('lists what fits nothing with its place, and goes on', async () => {
    const epoch = await here.start()
    const [line, ...rest] = window(0)
    const offset = await here.put(TOPIC, lineKey(line), Buffer.from('{"run'))
    await here.put(TOPIC, 'mine', line)
    await put({ ...line, kpi: 'lamp.price' })
    await put({ ...line, value: '1' as unknown as number })
    for (const it of [line, ...rest]) await put(it)
    await shows([final(epoch, 0)])
    const { ignored } = await engine()
    expect(ignored.map(({ topic, reason, count }) => [topic, reason, count])).toEqual([
      [TOPIC, 'not-json', 1],
      [TOPIC, 'key', 1],
      [TOPIC, 'bounds', 1],
      [TOPIC, 'schema', 1],
    ])
    expect(ignored[0].last).toMatchObject({ partition: 0, offset: String(offset) })
    expect(ignored[1].last.detail).toBe(`a key that is none of ${TOPIC}'s`)
    expect(ignored[2].last.detail).toBe('kpi: "lamp.price", expected one that the run declares')
  })

  it('counts a cell that says something else the second time, and does not mix two engines', async () => {
    const epoch = await here.start()
    for (const line of window(0)) await put(line)
    for (const line of window(0)) await put(line)
    await shows([final(epoch, 0)])
    const own = reading(epoch, 1, 0.7)
    await here.put(TOPIC, readingKey(own), own)
    await put({ ...window(0)[1], value: 0.3 })
    await waitUntil('it is counted', async () => (await source()).rewritten === 1)
    expect((await kpis())[0].scopes['990001'].value).toBe(0.3)
    const { ignored } = await engine()
    expect(ignored).toMatchObject([{ topic: TOPIC, reason: 'foreign', count: 1 }])
  })

  it('takes readings as the processor writes them too, day and all', async () => {
    const epoch = await here.start()
    const own = reading(epoch, 0, 0.7)
    await here.put(TOPIC, readingKey(own), own)
    await shows([own])
    expect(await source()).toMatchObject({ topic: TOPIC, engine: 'processor' })
    expect(((await here.json('/api/run')) as RunView).engine).toBeUndefined()
  })
})

describe('the engine of lines', () => {
  it('says how many events it had not read when it last wrote that down', async () => {
    const log = createMemoryLog()
    await log.ensureTopics([{ name: TOPIC, partitions: 1, cleanup: 'compact' }])
    const lag = async (group: string) =>
      group === 'city.flink'
        ? [{ topic: 'city.lamp', partition: 0, committed: 7n, latest: 12n }]
        : log.lag(group)
    const other = await openSmallCity({ kpiTopic: TOPIC }, { ...log, lag })
    await other.start()
    for (const line of window(0)) await other.put(TOPIC, lineKey(line), line)
    await waitUntil('the lag', async () => {
      other.clock.advance(1_000)
      return ((await other.json('/api/engine')) as EngineView).readings.lag === 5
    })
    await other.close()
  })
})

describe('a console over a topic that is not there', () => {
  it('is not ready and says which', async () => {
    const other = await openSmallCity({ kpiTopic: 'nowhere' })
    await other.start()
    const reasons = async () => JSON.parse((await other.get('/health')).body).reasons as string[]
    await waitUntil('the reason', async () =>
      (await reasons()).some((reason) => reason.startsWith('nowhere:')),
    )
    await other.close()
  })
})
