// The client side of `huacheng.v1`: one socket, acks for what was applied, reconnect with full jitter, a watchdog for silence.
import {
  type ClientMessage,
  decodeState,
  REPLACED,
  type ServerMessage,
  type StateMessage,
} from '../../../messages.ts'
import { Backoff } from './backoff.ts'
import { type FrameFate, FrameQueue } from './frame-queue.ts'
import { type Schedule, SILENT_MS, SilenceWatch, WATCHDOG_MS } from './silence-watch.ts'
import { type SocketData, Unpacking } from './unpacking.ts'

export type ConnectionState = 'connecting' | 'live' | 'stale' | 'lost'

/** What of a WebSocket is used; a test hands in its own. */
export type Socket = {
  binaryType: string
  send(text: string): void
  close(): void
  onopen: (() => void) | null
  onmessage: ((message: { data: unknown }) => void) | null
  onclose: ((why?: { code: number }) => void) | null
}

export type ConnectionOptions = {
  open(): Socket
  now(): number
  schedule: Schedule
  /** Runs `task` with the next drawn frame. */
  frame(task: () => void): void
  /** In [0, 1). */
  random(): number
  hidden(): boolean
  /** False = the page's first picture does not stand yet: frames would only be in its way. */
  wantsFrames(): boolean
  onState(state: ConnectionState, retryInMs: number | null): void
  onMessage(message: ServerMessage): void
  /** Called inside a frame; the ack follows when it says `applied`. What it throws is shown, and a fresh snapshot asked for. */
  onFrame(message: StateMessage): FrameFate
  onProblem(problem: string): void
}

/** Frames a second asked for while the tab is seen, and while it is not. */
const VISIBLE_HZ = 10
const SELDOM_HZ = 0.5

/** Dials as soon as it is made, and again whenever the socket was lost, until it is closed. */
export class LiveConnection {
  readonly counters = { frames: 0, bytes: 0, messages: 0, reconnects: 0, lastMessageAt: 0 }
  readonly #options: ConnectionOptions
  readonly #backoff: Backoff
  readonly #silence: SilenceWatch
  readonly #frames: FrameQueue
  #socket: Socket | null = null
  #state: ConnectionState = 'connecting'
  #isClosed = false
  #cancelRetry: (() => void) | null = null

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#backoff = new Backoff(options.now, options.random)
    this.#silence = new SilenceWatch(options.schedule, {
      stale: () => {
        if (this.#state === 'live' && !options.hidden()) this.#become('stale')
      },
      silent: () => this.#giveUp(),
    })
    this.#frames = new FrameQueue({
      // A hidden tab draws no frames, yet must go on acknowledging.
      frame: (task) => (options.hidden() ? options.schedule(0, task) : options.frame(task)),
      apply: options.onFrame,
      acknowledge: (seq) => {
        this.#backoff.worked()
        this.send({ op: 'ack', seq })
      },
      guard: (task) => this.#orStartAgain(task),
    })
    this.#dial()
  }

  send(message: ClientMessage): boolean {
    if (!this.#socket || (this.#state !== 'live' && this.#state !== 'stale')) return false
    this.#socket.send(JSON.stringify(message))
    return true
  }

  /** Says how much the page wants: anew whenever that changed, or the tab was shown or hidden. */
  subscribe(): void {
    const frames = !this.#options.hidden() && this.#options.wantsFrames()
    // Until the map stands its files need the line, and the page the time, more than readings do.
    this.send({ op: 'subscribe', maxHz: frames ? VISIBLE_HZ : SELDOM_HZ, frames })
  }

  /** What had to wait can be applied now. */
  drawWaiting(): void {
    this.#frames.ask()
  }

  /** The network came back: do not wait for a timer, nor for a socket of the old network. */
  retryNow(): void {
    if (this.#isClosed || this.#state === 'live') return
    if (this.#socket) this.#giveUp()
    this.#dial()
  }

  /**
   * The page was not run for a while, as behind a closed lid: its timers stood still meanwhile, so what is shown is as old as
   * the wall clock says, and a socket that was silent for so long is not worth waiting for.
   */
  woke(): void {
    const silent = this.#options.now() - this.counters.lastMessageAt
    if (this.#state === 'live' && silent >= WATCHDOG_MS) this.#become('stale')
    if (this.#state === 'lost' || (this.#state === 'stale' && silent >= SILENT_MS)) this.retryNow()
  }

  close(): void {
    this.#isClosed = true
    this.#cancelRetry?.()
    this.#silence.stop()
    this.#socket?.close()
  }

  #dial(): void {
    this.#cancelRetry?.()
    this.#cancelRetry = null
    this.#become('connecting')
    this.#backoff.started()
    const mine = this.#options.open()
    this.#socket = mine
    mine.binaryType = 'arraybuffer'
    this.#silence.feed(this.#backoff.attempt)
    mine.onopen = () => {
      if (this.#socket !== mine) return
      this.#become('live')
      this.#silence.feed(this.#backoff.attempt)
      this.subscribe()
    }
    // What was still packed when its socket was given up is nobody's any more.
    const unpacking = new Unpacking(
      (message) => {
        if (this.#socket === mine) this.#orStartAgain(() => this.#receive(message))
      },
      (error) => {
        if (this.#socket === mine) this.#startAgain(error)
      },
    )
    mine.onmessage = ({ data }) => {
      if (this.#socket !== mine) return
      this.#heard()
      this.#orStartAgain(() => unpacking.put(data as SocketData))
    }
    mine.onclose = (why) => {
      if (this.#socket === mine) this.#lose(why?.code)
    }
  }

  /** The server spoke. */
  #heard(): void {
    this.counters.lastMessageAt = this.#options.now()
    this.counters.messages++
    if (this.#state !== 'live') this.#become('live')
    this.#silence.feed(this.#backoff.attempt)
  }

  #receive(message: SocketData): void {
    if (typeof message === 'string') {
      this.counters.bytes += message.length
      this.#options.onMessage(JSON.parse(message) as ServerMessage)
      return
    }
    this.counters.bytes += message.byteLength
    this.counters.frames++
    this.#frames.put(decodeState(message))
  }

  /** What fails in here is shown, and the page starts again from a snapshot: nothing half done stays, nothing of it is acknowledged. */
  #orStartAgain(task: () => void): void {
    try {
      task()
    } catch (error) {
      this.#startAgain(error)
    }
  }

  #startAgain(error: unknown): void {
    this.#options.onProblem(error instanceof Error ? error.message : String(error))
    this.#giveUp()
  }

  /** Drops the socket at once: where the other side is gone without a word, closing waits for an answer that never comes. */
  #giveUp(): void {
    const old = this.#socket
    this.#lose()
    if (!old) return
    old.onopen = null
    old.onmessage = null
    old.onclose = null
    old.close()
  }

  /** `code` of the socket's close, where the server said one. */
  #lose(code?: number): void {
    this.#socket = null
    this.#frames.clear()
    this.#silence.stop()
    if (this.#isClosed) return
    const delay = code === REPLACED ? 0 : this.#backoff.failed()
    this.counters.reconnects++
    this.#become('lost', delay)
    this.#cancelRetry?.()
    this.#cancelRetry = this.#options.schedule(delay, () => this.#dial())
  }

  #become(next: ConnectionState, retryInMs: number | null = null): void {
    this.#state = next
    this.#options.onState(next, retryInMs)
  }
}
