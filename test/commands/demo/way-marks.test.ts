// Marks of the way through the log: whose event they are of, and that nothing on the log is other than without them.
import { describe, expect, it } from 'vitest'
import { type WayMark, WayMarks } from '../../../commands/demo/way-marks.ts'
import { virtualClock } from '../../../infra/clock.ts'
import { createMemoryLog } from '../../../infra/memory/memory-log.ts'
import { encodeFrame, encodeSent, SENT_HEADER } from '../../../processor/contract/frame.ts'
import { topicNames } from '../../../producers/contract/topics.ts'
import { turns } from '../../infra/recorder.ts'

const TOPICS = topicNames()

async function watched() {
  const memory = createMemoryLog()
  const shape = { partitions: 1, cleanup: 'delete' as const }
  await memory.ensureTopics([
    { name: TOPICS.domain('lamp'), ...shape },
    { name: TOPICS.map, ...shape },
  ])
  const clock = virtualClock(1_000)
  const marks: WayMark[] = []
  const log = new WayMarks(clock, TOPICS, ['lamp'], (mark) => marks.push(mark)).on(memory)
  return { memory, clock, marks, log }
}

const event = (timestamp: number) => ({ key: Buffer.from('k'), value: Buffer.from('v'), timestamp })

const frame = (offset: number, oldest: number, told: number) => ({
  key: Buffer.from('lamp|0'),
  value: encodeFrame({
    ...{ epoch: 1, offset, time: 0, keyframe: false },
    ...{ number: Uint32Array.of(1), state: Uint8Array.of(1), value: Uint16Array.of(1) },
  }),
  timestamp: told,
  headers: [[SENT_HEADER, encodeSent({ oldest, newest: told })]] as [string, Buffer][],
})

describe('marks of the way', () => {
  it('say of each frame when its oldest event was appended, counted, told and read', async () => {
    const { clock, marks, log } = await watched()
    await log.tail({ topic: TOPICS.map, from: 'earliest', batch: () => {} })
    await log.group({
      group: TOPICS.taskGroup,
      topics: [TOPICS.domain('lamp')],
      handler: {
        assigned: async ([place]) => [{ ...place, offset: 'earliest' }],
        batch: async () => clock.advance(5),
        revoked: async () => {},
      },
    })
    await turns()
    await log.append(TOPICS.domain('lamp'), 0, [event(990), event(995)])
    await turns()
    clock.advance(10)
    await log.append(TOPICS.domain('lamp'), 0, [event(1_012)])
    await turns()
    clock.advance(80)
    // The first frame told one of the two events of the first slice, the second the rest.
    await log.append(TOPICS.map, 0, [frame(0, 990, 1_100)])
    await turns()
    await log.append(TOPICS.map, 0, [frame(2, 995, 1_101)])
    await turns()
    const first = { appended: 1_000, counted: 1_005, read: 1_100 }
    expect(marks).toEqual([
      { sent: 990, told: 1_100, ...first },
      { sent: 995, told: 1_101, ...first },
    ])
  })

  it('write nothing for a frame that shows no event, and hand every record on as it was', async () => {
    const { memory, marks, log } = await watched()
    const got: number[] = []
    await log.tail({
      topic: TOPICS.map,
      from: 'earliest',
      batch: ({ records }) => void got.push(...records.map(({ timestamp }) => timestamp)),
    })
    const { headers: _, ...silent } = frame(0, 0, 7)
    expect(await log.append(TOPICS.map, 0, [silent, frame(0, 990, 8)])).toBe(0n)
    await turns()
    expect(got).toEqual([7, 8])
    expect(marks, 'an event that nobody saw appended has no way').toEqual([])
    expect((await memory.offsets(TOPICS.map))[0].latest).toBe(2n)
  })
})
