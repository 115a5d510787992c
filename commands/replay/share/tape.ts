// What a console says of a stretch of a recording: its reads, and every message of its socket with the moment at which it came.
import { WebSocket } from 'ws'
import { decodeState, type RunView, SUBPROTOCOL } from '../../../console/messages.ts'
import { type Clock, sleep } from '../../../infra/clock.ts'
import { Problem, problemText } from '../../../infra/problem.ts'
import { EXIT_FAILED } from '../../../infra/program/exit-codes.ts'

/** Of reads that say something else every moment, so often (wall ms). */
const AGAIN_MS = 5_000
const LOOK_AGAIN_MS = 300
const READY_TRIES = 100
/** What the last tick brought is on its way so long. */
const AFTER_END_MS = 2_000
const FRAMES_HZ = 10

/** `at` = wall ms since the first message; `body` in base64. */
export type TapedRead = { at: number; headers: Record<string, string>; body: string }
export type TapedMessage = [at: number, message: string | { base64: string }]

export type Tape = {
  /** Wall ms of the first message: the page's clock stands there when it is opened. */
  began: number
  /** By path, oldest first. */
  reads: Record<string, TapedRead[]>
  messages: TapedMessage[]
}

export type TapeOptions = {
  /** Of a console over a world that stands. */
  url: string
  clock: Clock
  /** Lets it go on. */
  start(): void
  /** Settles when it has come to its end. */
  ended: Promise<unknown>
}

/** Takes as long as the stretch is played. */
export async function taped({ url, clock, start, ended }: TapeOptions): Promise<Tape> {
  const reads = new TapedReads(url)
  const run = await reads.settled(clock)
  await reads.all(pathsOf(run), 0)
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/live`, SUBPROTOCOL, { origin: url })
  const began = Math.round(clock.now())
  const messages: TapedMessage[] = []
  const failed = Promise.withResolvers<never>()
  const first = Promise.withResolvers<void>()
  socket.on('error', failed.reject)
  socket.on('open', () => {
    socket.send(JSON.stringify({ op: 'subscribe', maxHz: FRAMES_HZ, frames: true }))
  })
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    const at = Math.round(clock.now()) - began
    messages.push([at, isBinary ? { base64: data.toString('base64') } : data.toString()])
    if (!isBinary) return
    const { seq } = decodeState(new Uint8Array(data).buffer)
    socket.send(JSON.stringify({ op: 'ack', seq }))
    first.resolve()
  })
  await Promise.race([first.promise, failed.promise])
  start()
  let isOver = false
  const over = ended.finally(() => {
    isOver = true
  })
  over.catch(() => {}) // awaited below
  while (!isOver) {
    await Promise.race([over, failed.promise, sleep(clock, AGAIN_MS)])
    await reads.all(CHANGING, Math.round(clock.now()) - began)
  }
  await Promise.race([over, failed.promise])
  await sleep(clock, AFTER_END_MS)
  await reads.all(CHANGING, Math.round(clock.now()) - began)
  socket.terminate()
  return { began, reads: reads.taped, messages }
}

const CHANGING = ['api/ledger', 'api/proof', 'api/engine']

/** All that the page asks for by itself, and the curves of every number in every district. */
function pathsOf({ catalogue, declarations, scopes }: RunView): string[] {
  const hash = encodeURIComponent(catalogue)
  const kpis = Object.values(declarations).flatMap(({ domain, measures }) =>
    measures.map(({ name }) => encodeURIComponent(`${domain}.${name}`)),
  )
  const parts = ['coarse', 'fine'].map((part) => `api/catalogue/${hash}?part=${part}`)
  const curves = kpis.flatMap((kpi) =>
    scopes.map(({ code }) => `api/kpis/${kpi}/history?scope=${code}`),
  )
  const rest = [
    'api/run',
    'api/replay',
    'api/city?roads=main',
    'api/city/roads',
    'api/twin',
    'api/twin/choices',
  ]
  return ['api/opening', ...rest, ...CHANGING, ...parts, ...curves]
}

class TapedReads {
  readonly taped: Tape['reads'] = {}
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  /** Once two looks at the past show the same: then what was recorded until now is read. */
  async settled(clock: Clock): Promise<RunView> {
    let last = ''
    for (let tries = 0; tries < READY_TRIES; tries++) {
      const [run, past] = [await this.#read('api/run'), await this.#read('api/opening')]
      const text = past.ok ? await past.text() : ''
      if (run.ok && text !== '' && text === last) return (await run.json()) as RunView
      last = text
      await sleep(clock, LOOK_AGAIN_MS)
    }
    const expected = 'one that stands'
    throw new Problem(problemText('share', 'a console that says nothing', expected), EXIT_FAILED)
  }

  /** What is refused is left out: the page asks for it in vain, as it did. */
  async all(paths: string[], at: number): Promise<void> {
    for (const path of paths) {
      const response = await this.#read(path)
      const body = Buffer.from(await response.arrayBuffer())
      if (!response.ok) continue
      const kept = [...response.headers].filter(([name]) => /^(?:content-type|x-.*)$/.test(name))
      this.taped[path] ??= []
      const headers = Object.fromEntries(kept)
      this.taped[path].push({ at, headers, body: body.toString('base64') })
    }
  }

  #read(path: string): Promise<Response> {
    return fetch(`${this.#url}/${path}`)
  }
}
