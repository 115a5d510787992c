// Messages between arrival and the drawn frame: one frame for all that wait, in order, kept where it is too early.
import { describe, expect, it } from 'vitest'
import { OP_DELTA } from '../../../../../console/messages.ts'
import {
  type FrameFate,
  FrameQueue,
} from '../../../../../console/web/store/connection/frame-queue.ts'

const message = (seq: number) => ({
  ...({ op: OP_DELTA, epoch: 1, seq, simTime: 0 } as const),
  ...{ number: new Uint32Array(), value: new Uint16Array(), state: new Uint8Array() },
})

function setUp() {
  const frames: (() => void)[] = []
  const acknowledged: number[] = []
  const fates = new Map<number, FrameFate>()
  const queue = new FrameQueue({
    frame: (task) => frames.push(task),
    apply: ({ seq }) => fates.get(seq) ?? 'applied',
    acknowledge: (seq) => acknowledged.push(seq),
    guard: (task) => task(),
  })
  const draw = () => {
    for (const task of frames.splice(0)) task()
  }
  return { queue, frames, acknowledged, fates, draw }
}

describe('frame queue', () => {
  it('asks for one frame for all that wait', () => {
    const { queue, frames, acknowledged, draw } = setUp()
    for (const seq of [1, 2, 3]) queue.put(message(seq))
    expect([frames.length, acknowledged]).toEqual([1, []])
    draw()
    expect(acknowledged).toEqual([1, 2, 3])
    queue.ask()
    expect(frames.length).toBe(0)
  })

  it('keeps what is too early and all after it, and acknowledges nothing of another run', () => {
    const { queue, acknowledged, fates, draw } = setUp()
    fates.set(1, 'foreign').set(2, 'later')
    for (const seq of [1, 2, 3]) queue.put(message(seq))
    draw()
    expect(acknowledged).toEqual([])
    fates.clear()
    queue.ask()
    draw()
    expect(acknowledged).toEqual([2, 3])
  })

  it('forgets what a lost socket sent', () => {
    const { queue, acknowledged, draw } = setUp()
    queue.put(message(1))
    queue.clear()
    draw()
    queue.put(message(2))
    draw()
    expect(acknowledged).toEqual([2])
  })
})
