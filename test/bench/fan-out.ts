// How many pages one console server feeds: `npx node test/bench/fan-out.ts [clients] [seconds]`; prints, asserts nothing.
// Frames of 5,000 of 110,000 assets at 10 Hz; clients live in a second process, one of them needs 300 ms per frame.
import { fork } from 'node:child_process'
import pino from 'pino'
import { Registry } from 'prom-client'
import WebSocket from 'ws'
import { decodeState, OP_DELTA, SUBPROTOCOL } from '../../console/messages.ts'
import { createConsoleServer } from '../../console/server/server.ts'
import { realClock, sleep } from '../../infra/clock.ts'
import { createMemoryLog } from '../../infra/memory/memory-log.ts'
import { isoTime } from '../../infra/time.ts'
import { encodeFrame } from '../../processor/contract/frame.ts'
import { topicNames, topicSpecs } from '../../producers/contract/topics.ts'
import { catalogueOfSize, city, descriptor } from '../console/server/small-city.ts'
import { descriptorRecord } from '../run-records.ts'

const ASSETS = 110_000
const CHANGED = 5_000
const PARTITIONS = 4
const PERIOD_MS = 100
const SLOW_MS = 300

/** Frames carry the wall time they were made at as their sim time, so that a client knows their age. */
async function serve(clients: number, seconds: number): Promise<void> {
  const log = createMemoryLog()
  const topics = topicNames()
  await log.ensureTopics(topicSpecs(topics, ['lamp', 'well'], PARTITIONS))
  const ranges = { lamp: { from: 0, to: ASSETS }, well: { from: ASSETS, to: ASSETS } }
  const catalogue = { ...catalogueOfSize(ASSETS), ranges }
  const now = Math.floor(realClock.now() / 60_000) * 60_000
  const times = { start: isoTime(now), end: isoTime(now + 3_600_000) }
  const server = await createConsoleServer({
    ...{ log, clock: realClock, topics, port: 0, webRoot: '/nowhere' },
    ...{ cityOf: () => city, catalogueOf: () => catalogue, topologyOf: () => ({}) },
    ...{
      roadsOf: () => ({ polylines: [], info: [] }),
      logger: pino({ level: 'error' }),
      metrics: new Registry(),
    },
    limits: { clients: clients + 1, clientsPerAddress: clients + 1 },
  })
  const url = await server.listen()
  const epoch = Number(
    await log.append(topics.run, 0, [descriptorRecord({ ...descriptor, ...times })]),
  )

  const pages = fork(import.meta.filename, ['pages', url, String(clients)])
  await new Promise((resolve) => pages.once('message', resolve))
  const cpu = process.cpuUsage()
  const since = realClock.now()
  for (let offset = 1; realClock.now() - since < seconds * 1000; offset++) {
    const first = (offset * CHANGED) % ASSETS
    const number = Uint32Array.from({ length: CHANGED }, (_, i) => (first + i) % ASSETS)
    const columns = {
      number,
      state: new Uint8Array(CHANGED).fill(offset % 7),
      value: new Uint16Array(CHANGED),
    }
    const frame = { epoch, offset, time: realClock.now(), keyframe: false, ...columns }
    const key = Buffer.from('lamp|0')
    const headers: [string, Buffer][] = [['catalogue', Buffer.from(catalogue.hash)]]
    const record = { key, value: encodeFrame(frame), timestamp: frame.time, headers }
    await log.append(topics.map, 0, [record])
    await sleep(realClock, PERIOD_MS)
  }
  const spent = process.cpuUsage(cpu)
  const share = (spent.user + spent.system) / 1000 / (realClock.now() - since)
  const rss = Math.round(process.memoryUsage().rss / 1e6)
  console.log(
    `${clients} pages, ${seconds} s, ${CHANGED} of ${ASSETS} assets every ${PERIOD_MS} ms`,
  )
  console.log(`server: ${(100 * share).toFixed(1)} % of a core, ${rss} MB resident`)
  pages.send('report')
  await new Promise((resolve) => pages.once('exit', resolve))
  await server.close()
  await log.close()
}

async function pages(url: string, clients: number): Promise<void> {
  const ages: number[] = []
  const slowAges: number[] = []
  let bytes = 0
  let deltas = 0
  const open = (slow: boolean) =>
    new Promise<void>((resolve) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/live`, [SUBPROTOCOL], {
        origin: url,
      })
      socket.binaryType = 'arraybuffer'
      let busy: Promise<void> = Promise.resolve()
      const see = (data: ArrayBuffer) => {
        const { seq, op, simTime } = decodeState(data)
        if (op === OP_DELTA) (slow ? slowAges : ages).push(realClock.now() - simTime)
        socket.send(JSON.stringify({ op: 'ack', seq }))
        resolve()
      }
      socket.on('message', (data, isBinary) => {
        if (!isBinary) return
        bytes += (data as ArrayBuffer).byteLength
        deltas++
        if (!slow) see(data as ArrayBuffer)
        else busy = busy.then(() => sleep(realClock, SLOW_MS)).then(() => see(data as ArrayBuffer))
      })
    })
  await Promise.all(Array.from({ length: clients }, (_, i) => open(i === 0)))
  process.send!('open')
  await new Promise((resolve) => process.once('message', resolve))
  console.log(`sent: ${deltas} binary messages, ${Math.round(bytes / 1e6)} MB`)
  console.log(
    `age of what is shown: quick pages ${spread(ages)}; the slow page ${spread(slowAges)}`,
  )
  process.exit(0)
}

function spread(ages: number[]): string {
  const sorted = [...ages].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms (${sorted.length} frames)`
}

const [first, second, third] = process.argv.slice(2)
if (first === 'pages') await pages(second, Number(third))
else await serve(Number(first ?? 100), Number(second ?? 10))
