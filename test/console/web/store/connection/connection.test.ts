// The client side of the live protocol against a socket and a clock of our own.
import { describe, expect, it } from 'vitest'
import {
  encodeState,
  OP_DELTA,
  REPLACED,
  type ServerMessage,
  type StateMessage,
} from '../../../../../console/messages.ts'
import {
  type ConnectionState,
  LiveConnection,
  type Socket,
} from '../../../../../console/web/store/connection/connection.ts'
import type { FrameFate } from '../../../../../console/web/store/connection/frame-queue.ts'
import {
  SILENT_MS,
  WATCHDOG_MS,
} from '../../../../../console/web/store/connection/silence-watch.ts'
import { virtualClock } from '../../../../../infra/clock.ts'

type FakeSocket = Socket & { sent: { op: string; [key: string]: unknown }[]; closed: boolean }

function fakeSocket(): FakeSocket {
  const socket: FakeSocket = {
    binaryType: '',
    sent: [],
    closed: false,
    send: (text) => socket.sent.push(JSON.parse(text)),
    close() {
      socket.closed = true
      socket.onclose?.()
    },
    onopen: null,
    onmessage: null,
    onclose: null,
  }
  return socket
}

function setUp() {
  const clock = virtualClock(1_000)
  const sockets: FakeSocket[] = []
  const frames: (() => void)[] = []
  const states: ConnectionState[] = []
  const messages: ServerMessage[] = []
  const drawn: number[] = []
  const problems: string[] = []
  const page = {
    hidden: false,
    /** ms by which the wall clock is ahead of timers, which stand still while a machine sleeps. */
    slept: 0,
    stands: true,
    apply({ seq }: StateMessage): FrameFate {
      drawn.push(seq)
      return 'applied'
    },
  }
  const connection = new LiveConnection({
    open() {
      const socket = fakeSocket()
      sockets.push(socket)
      return socket
    },
    now: () => clock.now() + page.slept,
    schedule: (ms, task) => clock.schedule(ms, task),
    frame: (task) => frames.push(task),
    random: () => 0.5,
    hidden: () => page.hidden,
    wantsFrames: () => page.stands,
    onState: (state) => states.push(state),
    onMessage: (message) => messages.push(message),
    onFrame: (message) => page.apply(message),
    onProblem: (problem) => problems.push(problem),
  })
  const draw = () => {
    for (const task of frames.splice(0)) task()
  }
  return { clock, sockets, states, messages, drawn, problems, page, connection, draw }
}

const frame = (seq: number): ArrayBuffer =>
  encodeState({
    op: OP_DELTA,
    epoch: 1,
    seq,
    simTime: 0,
    number: Uint32Array.of(1),
    value: Uint16Array.of(2),
    state: Uint8Array.of(3),
  }).buffer as ArrayBuffer

const acks = (socket: FakeSocket) => socket.sent.filter((m) => m.op === 'ack').map((m) => m.seq)

describe('live connection', () => {
  it('subscribes when it opens', () => {
    const { sockets, states } = setUp()
    sockets[0].onopen?.()
    expect(sockets[0].binaryType).toBe('arraybuffer')
    expect(states).toEqual(['connecting', 'live'])
    expect(sockets[0].sent).toEqual([{ op: 'subscribe', maxHz: 10, frames: true }])
  })

  it('asks for frames, and often, once the first picture stands', () => {
    const { sockets, page, connection } = setUp()
    page.stands = false
    sockets[0].onopen?.()
    page.stands = true
    connection.subscribe()
    expect(sockets[0].sent.map(({ maxHz, frames }) => [maxHz, frames])).toEqual([
      [0.5, false],
      [10, true],
    ])
  })

  it('acknowledges a frame only after it was applied in a drawn frame', () => {
    const { sockets, drawn, draw } = setUp()
    sockets[0].onopen?.()
    sockets[0].onmessage?.({ data: frame(7) })
    sockets[0].onmessage?.({ data: frame(8) })
    expect([drawn, acks(sockets[0])]).toEqual([[], []])
    draw()
    expect([drawn, acks(sockets[0])]).toEqual([
      [7, 8],
      [7, 8],
    ])
  })

  it('asks for less and goes on acknowledging while the tab is hidden', () => {
    const { sockets, page, connection, clock, drawn } = setUp()
    sockets[0].onopen?.()
    page.hidden = true
    connection.subscribe()
    expect(sockets[0].sent.at(-1)).toEqual({ op: 'subscribe', maxHz: 0.5, frames: false })
    sockets[0].onmessage?.({ data: frame(3) })
    clock.advance(0)
    expect([drawn, acks(sockets[0])]).toEqual([[3], [3]])
  })

  it('says stale after five silent seconds and live with the next message', () => {
    const { sockets, states, clock } = setUp()
    sockets[0].onopen?.()
    clock.advance(WATCHDOG_MS - 1)
    expect(states.at(-1)).toBe('live')
    clock.advance(1)
    expect(states.at(-1)).toBe('stale')
    sockets[0].onmessage?.({ data: '{"op":"result","id":"c","ok":true}' })
    expect(states.at(-1)).toBe('live')
  })

  it('gives a silent socket up within ten seconds, and does not wait for its goodbye', () => {
    const { sockets, states, clock, draw } = setUp()
    const [half] = sockets
    half.onopen?.()
    half.onmessage?.({ data: frame(1) })
    half.close = () => {
      half.closed = true // an answer to this never comes
    }
    clock.advance(SILENT_MS - 1)
    expect([sockets.length, states.at(-1)]).toEqual([1, 'stale'])
    clock.advance(1)
    expect([half.closed, half.onmessage, states.at(-1)]).toEqual([true, null, 'lost'])
    clock.advance(10_000 - SILENT_MS)
    expect(sockets.length).toBe(2)
    draw()
    expect(acks(half)).toEqual([])
    sockets[1].onopen?.()
    expect(states.at(-1)).toBe('live')
  })

  it('gives up an attempt that hangs, and leaves a slower line more time', () => {
    const { sockets, clock } = setUp()
    clock.advance(SILENT_MS + 500)
    expect(sockets.length).toBe(2)
    // A snapshot that takes longer than the first limit arrives within the second.
    sockets[1].onopen?.()
    clock.advance(SILENT_MS + 500)
    expect(sockets.length).toBe(2)
    clock.advance(SILENT_MS)
    expect(sockets.length).toBe(3)
  })

  it('gives a hidden tab’s silent socket up too', () => {
    const { sockets, clock, page } = setUp()
    sockets[0].onopen?.()
    page.hidden = true
    clock.advance(10_000)
    expect(sockets.length).toBe(2)
  })

  it('after a sleep says at once how old it is, and dials anew before any timer is due', () => {
    const { sockets, page, connection, states } = setUp()
    sockets[0].onopen?.()
    sockets[0].onmessage?.({ data: frame(1) })
    connection.woke()
    expect(states.at(-1), 'what has just spoken is live').toBe('live')
    page.slept = WATCHDOG_MS
    connection.woke()
    expect([states.at(-1), sockets.length]).toEqual(['stale', 1])
    page.slept = 600_000
    connection.woke()
    expect([sockets[0].closed, sockets.length]).toEqual([true, 2])
    expect(states.slice(-3)).toEqual(['stale', 'lost', 'connecting'])
    connection.woke()
    expect(sockets.length, 'an attempt under way is left alone').toBe(2)
    sockets[1].onopen?.()
    expect(states.at(-1)).toBe('live')
  })

  it('keeps what cannot be applied yet, and acknowledges it once it was', () => {
    const { sockets, page, connection, drawn, draw } = setUp()
    const apply = page.apply
    sockets[0].onopen?.()
    page.apply = () => 'later'
    sockets[0].onmessage?.({ data: frame(1) })
    draw()
    sockets[0].onmessage?.({ data: frame(2) })
    draw()
    expect([drawn, acks(sockets[0])]).toEqual([[], []])
    page.apply = apply
    connection.drawWaiting()
    draw()
    expect([drawn, acks(sockets[0])]).toEqual([
      [1, 2],
      [1, 2],
    ])
  })

  it('acknowledges nothing of another run', () => {
    const { sockets, page, draw } = setUp()
    sockets[0].onopen?.()
    page.apply = ({ seq }) => (seq === 1 ? 'foreign' : 'applied')
    sockets[0].onmessage?.({ data: frame(1) })
    sockets[0].onmessage?.({ data: frame(2) })
    draw()
    expect(acks(sockets[0])).toEqual([2])
  })

  it('shows what fails while drawing, acknowledges nothing after it, and asks for a fresh snapshot', () => {
    const { sockets, page, problems, clock, draw } = setUp()
    const apply = page.apply
    sockets[0].onopen?.()
    page.apply = (message) => {
      if (message.seq === 2) throw new Error('delta: asset 9, expected below 2')
      return apply(message)
    }
    for (const seq of [1, 2, 3]) sockets[0].onmessage?.({ data: frame(seq) })
    draw()
    expect([acks(sockets[0]), problems]).toEqual([[1], ['delta: asset 9, expected below 2']])
    expect(sockets[0].closed).toBe(true)
    clock.advance(500)
    expect(sockets.length).toBe(2)
  })

  it('asks ever less often when it fails again and again', () => {
    const { sockets, page, clock, draw } = setUp()
    page.apply = () => {
      throw new Error('no')
    }
    const gaps: number[] = []
    for (let k = 0; k < 6; k++) {
      const socket = sockets.at(-1)!
      socket.onopen?.()
      socket.onmessage?.({ data: frame(1) })
      draw()
      const from = clock.now()
      while (sockets.at(-1) === socket) clock.advance(50)
      gaps.push(clock.now() - from)
    }
    expect(gaps).toEqual([250, 500, 1_000, 2_000, 4_000, 7_500])
  })

  it('comes back after a growing delay, and at once when the network returns', () => {
    const { sockets, states, clock, connection } = setUp()
    sockets[0].onopen?.()
    sockets[0].onclose?.()
    expect(states.at(-1)).toBe('lost')
    clock.advance(249)
    expect(sockets.length).toBe(1)
    clock.advance(1)
    expect(sockets.length).toBe(2)
    sockets[1].onclose?.()
    clock.advance(499)
    expect(sockets.length).toBe(2)
    connection.retryNow()
    expect(sockets.length).toBe(3)
    sockets[2].onopen?.()
    expect(states.at(-1)).toBe('live')
    clock.advance(10_000)
    expect(sockets.length).toBe(3)
  })

  it('dials at once where another server is in the place of the one that closed', () => {
    const { sockets, clock } = setUp()
    sockets[0].onopen?.()
    sockets[0].onclose?.({ code: REPLACED })
    clock.advance(0)
    expect(sockets.length).toBe(2)
  })

  it('drops frames of a lost socket', () => {
    const { sockets, drawn, draw } = setUp()
    sockets[0].onopen?.()
    sockets[0].onmessage?.({ data: frame(1) })
    sockets[0].onclose?.()
    draw()
    expect(drawn).toEqual([])
  })

  it('reports bytes it cannot read and starts again', () => {
    const { sockets, problems, states } = setUp()
    sockets[0].onopen?.()
    sockets[0].onmessage?.({ data: new ArrayBuffer(24) })
    expect(problems).toEqual(['live message: op 0, expected 1 or 2'])
    expect(sockets[0].closed).toBe(true)
    expect(states.at(-1)).toBe('lost')
  })

  it('stays closed once closed', () => {
    const { sockets, connection, clock } = setUp()
    sockets[0].onopen?.()
    connection.close()
    clock.advance(60_000)
    expect(sockets.length).toBe(1)
  })
})
