// A city's server as a page has it: its reads, its live messages, and the store that they feed.
import { effect } from '@preact/signals'
import { SUBPROTOCOL } from '../../../messages.ts'
import { PageStore } from '../store.ts'
import { createApi } from './api.ts'
import { calmFigures } from './calm-figures.ts'
import { LiveConnection, type Socket } from './connection.ts'
import type { Schedule } from './silence-watch.ts'
import { TicketSocket } from './ticket-socket.ts'
import { canUnpack } from './unpacking.ts'

/** The page looks at the wall clock so often; if longer passed in between, it slept. */
const LOOK_MS = 1_000
const SLEPT_MS = 4_000

/** `base`: where the server is, seen from the page's address. Asks at once for what it can. */
export function openCity(token: string | null, base = '') {
  const api = createApi(token, (path, asked) => fetch(base + path, asked))
  const now = () => Date.now()
  const { random } = Math
  const schedule: Schedule = (ms, task) => {
    const timer = setTimeout(task, ms)
    return () => clearTimeout(timer)
  }
  const store = new PageStore(api, now, () => performance.now() / 1000, { schedule, random })
  store.begin()
  function socket(ticket?: string): Socket {
    const url = new URL(`${base}live`, location.href)
    url.protocol = url.protocol.replace('http', 'ws')
    if (ticket) url.searchParams.set('ticket', ticket)
    if (canUnpack()) url.searchParams.set('packed', '1')
    return new WebSocket(url, SUBPROTOCOL) as Socket
  }
  const connection = new LiveConnection({
    open: () => (token === null ? socket() : new TicketSocket(api.ticket, socket)),
    ...{ now, schedule, random },
    frame: (task) => requestAnimationFrame(task),
    hidden: () => document.hidden,
    wantsFrames: () => store.stands.value,
    onState: (next, retryInMs) => {
      const retryAt = retryInMs === null ? null : now() + retryInMs
      store.connection.value = { state: next, retryAt }
      if (next === 'lost') store.commands.interrupted()
      // A socket that never opened cannot say why; the same server's REST can.
      if (next === 'lost' && store.run.value === null) {
        api.run().catch((error: Error) => store.problem(error.message))
      }
    },
    onMessage: calmFigures((message) => store.message(message), now, schedule),
    onFrame: (message) => store.frame(message),
    onProblem: (problem) => store.problem(problem),
  })
  effect(() => {
    if (store.entities.value) connection.drawWaiting()
  })
  effect(() => {
    if (store.stands.value) connection.subscribe()
  })
  document.addEventListener('visibilitychange', () => connection.subscribe())
  addEventListener('online', () => connection.retryNow())
  let lookedAt = now()
  setInterval(() => {
    if (now() - lookedAt > SLEPT_MS) connection.woke()
    lookedAt = now()
  }, LOOK_MS)
  return { store, connection }
}
