// The client side of `huacheng.v1`: one socket, acks for what was applied, reconnect with full jitter, a watchdog for silence.
import {
  type ClientMessage,
  decodeState,
  type ServerMessage,
  type StateMessage,
} from '../../../messages.ts'

export type ConnectionState = 'connecting' | 'live' | 'stale' | 'lost'

/** What of a WebSocket is used; a test hands in its own. */
export type Socket = {
  binaryType: string
  send(text: string): void
  close(): void
  onopen: (() => void) | null
  onmessage: ((message: { data: unknown }) => void) | null
  onclose: (() => void) | null
}

/** applied = acknowledge it · later = it cannot be applied yet, keep it · foreign = of another run, let it go. */
export type FrameFate = 'applied' | 'later' | 'foreign'

export type ConnectionOptions = {
  open(): Socket
  now(): number
  /** Runs `task` once after `ms`; the returned function cancels it. */
  schedule(ms: number, task: () => void): () => void
  /** Runs `task` with the next drawn frame. */
  frame(task: () => void): void
  /** In [0, 1). */
  random(): number
  hidden(): boolean
  onState(state: ConnectionState, retryInMs: number | null): void
  onMessage(message: ServerMessage): void
  /** Called inside a frame; the ack follows when it says `applied`. What it throws is shown, and a fresh snapshot asked for. */
  onFrame(message: StateMessage): FrameFate
  onProblem(problem: string): void
}

/** Silence after which what is shown is called stale. */
export const WATCHDOG_MS = 5_000
/**
 * Silence after which the socket is given up; a server with a run speaks twice a second, to a hidden tab every two. It
 * doubles from attempt to attempt: a server without a run has nothing to say, and a slow line needs long for a snapshot.
 */
export const SILENT_MS = 8_000
const SILENT_CAP_MS = 60_000
const RETRY_FIRST_MS = 500
const RETRY_CAP_MS = 15_000
/** A socket that applies frames for so long works: the next loss is a first one again. */
const STEADY_MS = 10_000
/** Frames a second asked for while the tab is seen, and while it is not. */
const VISIBLE_HZ = 10
const HIDDEN_HZ = 0.5

/** Full jitter: anything up to 0.5 s × 2^attempt, at most 15 s, so that many pages do not return as one. */
export function retryDelay(attempt: number, random: number): number {
  return Math.round(random * Math.min(RETRY_CAP_MS, RETRY_FIRST_MS * 2 ** attempt))
}

export type Connection = ReturnType<typeof connect>

export function connect(options: ConnectionOptions) {
  let socket: Socket | null = null
  /** Attempts since one worked for a while: a socket that only opens, or fails at its second frame, proves nothing. */
  let attempt = 0
  let dialledAt = 0
  let state: ConnectionState = 'connecting'
  let closed = false
  let cancelRetry: (() => void) | null = null
  let cancelWatchdogs: (() => void) | null = null
  let waiting: StateMessage[] = []
  let frameAsked = false
  const counters = { frames: 0, bytes: 0, messages: 0, reconnects: 0, lastMessageAt: 0 }

  function become(next: ConnectionState, retryInMs: number | null = null): void {
    state = next
    options.onState(next, retryInMs)
  }

  function send(message: ClientMessage): boolean {
    if (!socket || (state !== 'live' && state !== 'stale')) return false
    socket.send(JSON.stringify(message))
    return true
  }

  function subscribe(): void {
    const hidden = options.hidden()
    send({ op: 'subscribe', maxHz: hidden ? HIDDEN_HZ : VISIBLE_HZ, frames: !hidden })
  }

  /** Starts to count silence anew: from the attempt to connect on, because that can hang too. */
  function feedWatchdogs(): void {
    cancelWatchdogs?.()
    const limit = Math.min(SILENT_CAP_MS, SILENT_MS * 2 ** attempt)
    const cancelStale = options.schedule(WATCHDOG_MS, () => {
      if (state === 'live' && !options.hidden()) become('stale')
    })
    const cancelSilent = options.schedule(limit, giveUp)
    cancelWatchdogs = () => {
      cancelStale()
      cancelSilent()
    }
  }

  function askFrame(): void {
    if (frameAsked || waiting.length === 0) return
    frameAsked = true
    // A hidden tab draws no frames, yet must go on acknowledging.
    if (options.hidden()) options.schedule(0, draw)
    else options.frame(draw)
  }

  function draw(): void {
    frameAsked = false
    orStartAgain(() => {
      while (waiting.length > 0) {
        const fate = options.onFrame(waiting[0])
        if (fate === 'later') return
        const [{ seq }] = waiting.splice(0, 1)
        if (fate === 'foreign') continue
        if (options.now() - dialledAt >= STEADY_MS) attempt = 0
        send({ op: 'ack', seq })
      }
    })
  }

  /** What fails in here is shown, and the page starts again from a snapshot: nothing half done stays, nothing of it is acknowledged. */
  function orStartAgain(task: () => void): void {
    try {
      task()
    } catch (error) {
      options.onProblem(error instanceof Error ? error.message : String(error))
      giveUp()
    }
  }

  function receive(data: unknown): void {
    counters.lastMessageAt = options.now()
    counters.messages++
    if (state !== 'live') become('live')
    feedWatchdogs()
    if (typeof data === 'string') {
      counters.bytes += data.length
      options.onMessage(JSON.parse(data) as ServerMessage)
      return
    }
    const bytes = data as ArrayBuffer
    counters.bytes += bytes.byteLength
    counters.frames++
    waiting.push(decodeState(bytes))
    askFrame()
  }

  /** Leaves the socket to itself: where the other side is gone without a word, closing waits for an answer that never comes. */
  function giveUp(): void {
    const old = socket
    lose()
    if (!old) return
    old.onopen = null
    old.onmessage = null
    old.onclose = null
    old.close()
  }

  function lose(): void {
    socket = null
    waiting = []
    cancelWatchdogs?.()
    if (closed) return
    const delay = retryDelay(attempt++, options.random())
    counters.reconnects++
    become('lost', delay)
    cancelRetry?.()
    cancelRetry = options.schedule(delay, dial)
  }

  function dial(): void {
    cancelRetry?.()
    cancelRetry = null
    become('connecting')
    dialledAt = options.now()
    const mine = options.open()
    socket = mine
    mine.binaryType = 'arraybuffer'
    feedWatchdogs()
    mine.onopen = () => {
      if (socket !== mine) return
      become('live')
      feedWatchdogs()
      subscribe()
    }
    mine.onmessage = (message) => {
      if (socket === mine) orStartAgain(() => receive(message.data))
    }
    mine.onclose = () => {
      if (socket === mine) lose()
    }
  }

  dial()
  return {
    counters,
    send,
    /** The tab was shown or hidden. */
    visibilityChanged: subscribe,
    /** What had to wait can be applied now. */
    drawWaiting: askFrame,
    /** The network came back: do not wait for a timer, nor for a socket of the old network. */
    retryNow(): void {
      if (closed || state === 'live') return
      if (socket) giveUp()
      dial()
    },
    close(): void {
      closed = true
      cancelRetry?.()
      cancelWatchdogs?.()
      socket?.close()
    },
  }
}
