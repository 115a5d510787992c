// A checkpoint that somebody else wrote or a disk has damaged: discarded with a reason, never an exception, never a wrong state.
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { virtualClock } from '../../infra/clock.ts'
import { createMemoryLog } from '../../infra/memory/memory-log.ts'
import { nextWord, stream } from '../../infra/random.ts'
import { compileRun } from '../../processor/program/program.ts'
import { readCheckpoints } from '../../processor/runtime/tasks/restore.ts'
import type { Effects } from '../../processor/task/outcome.ts'
import { createTask, resumeTask } from '../../processor/task/task.ts'
import { CITY, createTape, EPOCH, lampCatalogue, lampDescriptor, MINUTE, START } from './lamp.ts'

const PREFIX = 24
const program = compileRun(lampDescriptor(), lampCatalogue(8), CITY).get('lamp')!
const options = { program, partition: 0, epoch: EPOCH, topic: 'city.lamp' }

function taken() {
  const tape = createTape()
  const task = createTask(options)
  const effects: Effects = { finals: [], rejected: [] }
  const records = [
    tape.started(),
    tape.event({ lamp: 0, seq: 1, time: START - 1 }),
    tape.tick(START),
    tape.event({ lamp: 0, seq: 3, time: START + 1, type: 'pulse' }),
    tape.event({ lamp: 1, seq: 1, time: START + 2 * MINUTE }),
    tape.tick(START + MINUTE),
  ]
  for (const r of records) task.record(r, effects)
  const rest = [
    tape.event({ lamp: 0, seq: 4, time: START + MINUTE }),
    tape.tick(START + 4 * MINUTE),
  ]
  return { bytes: task.checkpoint(), rest }
}

/** Anything may be put into it. */
type Head = Record<string, unknown> & { ledger: Record<string, unknown> | null }
type Layout = [string, string, number][]

/** The checkpoint with another head, layout or columns. */
function edited(edit: (head: Head, layout: Layout, columns: Buffer[]) => void): Buffer {
  const { bytes } = taken()
  const raw = zstdDecompressSync(bytes.subarray(PREFIX))
  const end = 4 + raw.readUInt32LE(0)
  const { head, layout } = JSON.parse(raw.toString('utf8', 4, end)) as {
    head: Head
    layout: Layout
  }
  const size: Record<string, number> = { f64: 8, u16: 2, u8: 1 }
  let at = end
  const columns = layout.map(([, kind, length]) => {
    const column = Buffer.from(raw.subarray(at, at + length * size[kind]))
    at += length * size[kind]
    return column
  })
  edit(head, layout, columns)
  const text = Buffer.from(JSON.stringify({ head, layout }))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(text.length)
  const packed = zstdCompressSync(Buffer.concat([length, text, ...columns]))
  return Buffer.concat([bytes.subarray(0, PREFIX), packed])
}

const column = (layout: Layout, name: string) => layout.findIndex(([n]) => n === name)

function setFirst(name: string, value: number) {
  return edited((_, layout, columns) => {
    columns[column(layout, name)].writeDoubleLE(value, 0)
  })
}

describe('a damaged checkpoint', () => {
  it('is used when nothing is wrong with it', () => {
    expect(
      resumeTask(
        options,
        edited(() => {}),
      ),
    ).toMatchObject({ nextOffset: 6 })
  })

  it.each<[string, Buffer]>([
    ['is empty', Buffer.alloc(0)],
    ['is a greeting', Buffer.from('hello')],
    ['ends behind its position', taken().bytes.subarray(0, PREFIX)],
    ['has lost its end', taken().bytes.subarray(0, -9)],
    [
      'has no head',
      edited((head) => {
        for (const k of Object.keys(head)) delete head[k]
      }),
    ],
    [
      'stands at two places',
      edited((head) => {
        head.nextOffset = 7
      }),
    ],
    [
      'has no ledger',
      edited((head) => {
        head.ledger = null
      }),
    ],
    [
      'has a ledger of texts',
      edited((head) => {
        head.ledger!.folded = 'x'
      }),
    ],
    [
      'has breaks of another shape',
      edited((head) => {
        head.ledger!.breaks = [{}]
      }),
    ],
    [
      'has no ticks',
      edited((head) => {
        head.ticks = {}
      }),
    ],
    [
      'has a column of another name',
      edited((_, layout) => {
        layout[0][0] = 'x'
      }),
    ],
    [
      'lacks a column',
      edited((_, layout, columns) => {
        layout.pop()
        columns.pop()
      }),
    ],
    [
      'has a column of another kind',
      edited((_, layout) => {
        layout[column(layout, 'layer.time')][1] = 'u8'
      }),
    ],
    [
      'has a kind that is none',
      edited((_, layout) => {
        layout[0][1] = 'i128'
      }),
    ],
    [
      'has a length that is none',
      edited((_, layout) => {
        layout[0][2] = -1
      }),
    ],
    [
      'has half a gap',
      edited((_, layout) => {
        layout[column(layout, 'sequences.gaps')][2]--
      }),
    ],
    ['has a gap of no asset', setFirst('sequences.gaps', 1e9)],
    ['has a window that is open and not of the run', setFirst('windows.open', -5)],
    ['has a later event of no asset', setFirst('latest0.later', 0.5)],
    ['begins windows before the run', setFirst('windows.position', -1e15)],
    ['has closed more windows than there are', setFirst('windows.position', 1e15)],
    ['has no window', setFirst('windows.position', Number.NaN)],
  ])('%s: a reason, no exception', (_, bytes) => {
    expect(typeof resumeTask(options, bytes)).toBe('string')
  })

  it('is a reason or a state that goes on, whatever 2,000 flipped bytes make of it', () => {
    const draws = stream(1, 'checkpoint', 'flips')
    const { bytes, rest } = taken()
    let used = 0
    for (let i = 0; i < 2000; i++) {
      // Half of them behind the compression, where zstd's own checks do not stand in front.
      const flip = (b: Buffer) => {
        b[nextWord(draws, 0) % b.length] ^= 1 << (nextWord(draws, 0) % 8)
      }
      const damaged =
        i % 2 === 0
          ? Buffer.from(bytes)
          : edited((_, __, c) => flip(c[i % c.length].length > 0 ? c[i % c.length] : c[1]))
      if (i % 2 === 0) flip(damaged)
      const got = resumeTask(options, damaged)
      if (typeof got === 'string') continue
      used++
      const effects: Effects = { finals: [], rejected: [] }
      for (const r of rest) got.task.record(r, effects)
      got.task.provisional()
      got.task.frame(true)
    }
    expect(used).toBeGreaterThan(0)
    expect(used).toBeLessThan(2000)
  })
})

describe('reading checkpoints back', () => {
  it('takes the newest that is of use, and reports what stands before it', async () => {
    const log = createMemoryLog()
    const topic = { name: 'city.checkpoint', partitions: 1, cleanup: 'delete' as const }
    await log.ensureTopics([topic])
    const { bytes } = taken()
    const far = Buffer.from(bytes)
    far.writeDoubleLE(1e9, 16)
    const nowhere = Buffer.from(bytes)
    nowhere.writeDoubleLE(Number.NaN, 16)
    const key = Buffer.from('lamp|0')
    const values = [bytes, Buffer.from('hello'), far, nowhere, bytes.subarray(0, -5)]
    for (const value of values) await log.append(topic.name, 0, [{ key, value, timestamp: 0 }])
    const reported: string[] = []
    const ignored = {
      report: (r: { offset: bigint; detail: string }) =>
        void reported.push(`${r.offset} ${r.detail}`),
    }
    const source = { log, clock: virtualClock(0), topic: topic.name, partition: 0, ignored }
    const found = await readCheckpoints(source, ['lamp|0'], (_, b) => resumeTask(options, b))
    expect(found.get('lamp|0')).toMatchObject({ nextOffset: 6 })
    expect(reported.map((r) => Number(r.split(' ')[0])).sort()).toEqual([1, 2, 3, 4])
    await log.close()
  })
})
