// `npx node test/bench/kept-cues.ts [--scenario <name>] [--scale <s>] [--rounds <n>] [--cues <folder>] [--no-twin]`: plays the demo once through its cues,
// then goes to its start and to each cue as they were kept, back and on, and prints wall and CPU (of all threads, and of the one that has the city: what a quiet machine waits for) until a page hears that
// the city stands there. With a folder the cues are prepared in it first, and none was passed when it is gone to.
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { WebSocket } from 'ws'
import { startDemo } from '../../commands/demo/demo-start.ts'
import { REPLACED, type ServerMessage, SUBPROTOCOL } from '../../console/messages.ts'
import { realClock } from '../../infra/clock.ts'
import { waitUntil } from '../../load/wait-until.ts'

const LONG_MS = 600_000
/** The clock goes on at a cue: so little of it has passed when a page hears that the city is there. */
const NEAR_MS = 5 * 60_000

type Cost = { wall: number; cpu: number; main: number }

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'three-minutes' },
    scale: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    cues: { type: 'string' },
    'no-twin': { type: 'boolean', default: false },
  },
})
const { scenario, scale, cues: folder } = values
const sized = scale === undefined ? {} : { scale }
const own = folder === undefined ? {} : { cues: folder }
const demo = await startDemo(
  {
    scenario,
    ...sized,
    ...own,
    'no-twin': values['no-twin'],
    speed: '1',
    port: '0',
    'log-level': 'warn',
  },
  { preparesCues: folder !== undefined },
)
const heard: {
  hello?: Extract<ServerMessage, { op: 'hello' }>
  agg?: Extract<ServerMessage, { op: 'agg' }>
} = {}

function dial(): WebSocket {
  const url = `${demo.url.replace('http', 'ws')}/live`
  const socket = new WebSocket(url, SUBPROTOCOL, { origin: demo.url })
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (isBinary) return
    const message = JSON.parse(data.toString()) as ServerMessage
    if (message.op === 'agg') heard.agg = message
    if (message.op !== 'hello') return
    heard.hello = message
    heard.agg = undefined
  })
  socket.on('close', (code: number) => {
    if (code === REPLACED) open = dial()
  })
  return socket
}
let open = dial()

/** Sends the city there; resolves when a page heard that it stands there, everything is read and the account is even. */
async function go(stage: object, at: number): Promise<Cost & { isKept: boolean }> {
  const world = heard.hello?.run.world
  const [since, cpu, main] = [realClock.now(), process.cpuUsage(), process.threadCpuUsage()]
  open.send(JSON.stringify({ op: 'stage', ...stage }))
  await waitUntil(
    `the city at ${new Date(at).toISOString()}`,
    () => {
      const { agg } = heard
      if (!agg || agg.clock.horizon < at || agg.clock.horizon > at + NEAR_MS) return false
      const isRead = agg.health.lagSimMs <= NEAR_MS && agg.ledger.balanced && agg.ledger.folded > 0
      return isRead && agg.readings.length > 0
    },
    LONG_MS,
  )
  const msOf = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1000
  const spent = { cpu: msOf(process.cpuUsage(cpu)), main: msOf(process.threadCpuUsage(main)) }
  const isKept = heard.hello?.run.world !== world
  return { wall: realClock.now() - since, ...spent, isKept }
}

function line(name: string, costs: Cost[]): void {
  const of = (field: keyof Cost) => {
    const sorted = costs.map((cost) => cost[field]).sort((a, b) => a - b)
    const [middle, most] = [sorted[sorted.length >> 1], sorted.at(-1)!]
    return `${Math.round(middle)} ms, most ${Math.round(most)} ms`
  }
  console.log(
    `${name.padEnd(34)} wall ${of('wall')}; CPU ${of('cpu')}, of the city's thread ${of('main')}; ${costs.length} times`,
  )
}

await waitUntil('the city reports', () => heard.agg !== undefined, LONG_MS)
if (folder !== undefined) {
  const since = realClock.now()
  await demo.prepared?.made()
  console.log(`prepared after ${Math.round((realClock.now() - since) / 1000)} s`)
}
const { cues } = heard.hello!.run
const times = cues.map(({ at }) => Date.parse(at))
for (let cue = 1; cue < cues.length; cue++) {
  const cost = await go({ cue }, times[cue])
  line(`ahead, ${cost.isKept ? 'prepared' : 'simulated'}: ${cues[cue].title.en}`, [cost])
}
const costs = new Map<string, Cost[]>()
function note(name: string, { isKept, ...cost }: Cost & { isKept: boolean }): void {
  const known = costs.get(isKept ? name : `NOT KEPT: ${name}`) ?? []
  costs.set(isKept ? name : `NOT KEPT: ${name}`, [...known, cost])
}
for (let round = 0; round < Number(values.rounds); round++) {
  for (let cue = cues.length - 2; cue > 0; cue--) {
    note(`back: ${cues[cue].title.en}`, await go({ cue }, times[cue]))
  }
  note('R R', await go({ restart: true }, times[0]))
  for (let cue = 1; cue < cues.length; cue++) {
    note(`on: ${cues[cue].title.en}`, await go({ cue }, times[cue]))
  }
}
for (const [name, all] of costs) line(name, all)
const { rss, external } = process.memoryUsage()
console.log(
  `memory ${Math.round(rss / 1e6)} MB, of it beside the heap ${Math.round(external / 1e6)} MB; load ${loadavg()[0].toFixed(1)}`,
)
open.terminate()
await demo.stop()
