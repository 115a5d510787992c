// A page without a screen: subscribes, acknowledges what it gets at once, and notes how old it was.
import WebSocket from 'ws'
import { decodeState, SUBPROTOCOL } from '../../console/messages.ts'
import { realClock } from '../../infra/clock.ts'
import type { FrameAges } from './frame-ages.ts'

export class LivePage {
  readonly #socket: WebSocket
  #ages: FrameAges | null = null
  #frames = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.binaryType = 'arraybuffer'
    socket.on('message', (data, isBinary) => {
      if (isBinary) this.#take(data as ArrayBuffer)
    })
  }

  /** Resolves when the socket is open; `url` of the page, `hz` frames a second at most. */
  static open(url: string, hz: number): Promise<LivePage> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/live`, [SUBPROTOCOL], {
        origin: url,
      })
      const page = new LivePage(socket)
      socket.once('error', reject)
      socket.once('open', () => {
        socket.send(JSON.stringify({ op: 'subscribe', maxHz: hz, frames: true }))
        resolve(page)
      })
    })
  }

  /** From now on ages are noted there. */
  note(ages: FrameAges): void {
    this.#ages = ages
  }

  /** Frames got so far. */
  get frames(): number {
    return this.#frames
  }

  /** Reads nothing any more, and stays connected. */
  stand(): void {
    this.#socket.pause()
  }

  close(): void {
    this.#socket.terminate()
  }

  #take(bytes: ArrayBuffer): void {
    const { seq, times } = decodeState(bytes)
    this.#frames++
    if (times) this.#ages?.put(times, realClock.now())
    this.#socket.send(JSON.stringify({ op: 'ack', seq }))
  }
}
