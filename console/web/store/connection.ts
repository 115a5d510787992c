// The client side of `huacheng.v1`: one socket, acks after drawing, reconnect with full jitter, a watchdog for silence.
import {
  type ClientMessage,
  decodeState,
  type ServerMessage,
  type StateMessage,
} from '../../messages.ts'

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
  /** Called inside a frame; the ack follows when it returns. */
  onFrame(message: StateMessage): void
  onProblem(problem: string): void
}

export const WATCHDOG_MS = 5_000
const RETRY_FIRST_MS = 500
const RETRY_CAP_MS = 15_000
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
  let attempt = 0
  let state: ConnectionState = 'connecting'
  let closed = false
  let cancelRetry: (() => void) | null = null
  let cancelWatchdog: (() => void) | null = null
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

  function feedWatchdog(): void {
    cancelWatchdog?.()
    cancelWatchdog = options.schedule(WATCHDOG_MS, () => {
      if (state === 'live' && !options.hidden()) become('stale')
    })
  }

  function draw(): void {
    frameAsked = false
    const batch = waiting
    waiting = []
    for (const message of batch) {
      options.onFrame(message)
      send({ op: 'ack', seq: message.seq })
    }
  }

  function receive(data: unknown): void {
    counters.lastMessageAt = options.now()
    counters.messages++
    if (state !== 'live') become('live')
    feedWatchdog()
    if (typeof data === 'string') {
      counters.bytes += data.length
      options.onMessage(JSON.parse(data) as ServerMessage)
      return
    }
    const bytes = data as ArrayBuffer
    counters.bytes += bytes.byteLength
    counters.frames++
    waiting.push(decodeState(bytes))
    if (frameAsked) return
    frameAsked = true
    // A hidden tab draws no frames, yet must go on acknowledging.
    if (options.hidden()) options.schedule(0, draw)
    else options.frame(draw)
  }

  function lose(): void {
    socket = null
    waiting = []
    cancelWatchdog?.()
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
    const mine = options.open()
    socket = mine
    mine.binaryType = 'arraybuffer'
    mine.onopen = () => {
      if (socket !== mine) return
      attempt = 0
      become('live')
      feedWatchdog()
      subscribe()
    }
    mine.onmessage = (message) => {
      if (socket !== mine) return
      try {
        receive(message.data)
      } catch (error) {
        // A message we cannot read means both sides disagree: start again from a snapshot.
        options.onProblem(error instanceof Error ? error.message : String(error))
        mine.close()
      }
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
    /** The network came back: do not wait for the timer. */
    retryNow(): void {
      if (socket === null && !closed) dial()
    },
    close(): void {
      closed = true
      cancelRetry?.()
      cancelWatchdog?.()
      socket?.close()
    },
  }
}
