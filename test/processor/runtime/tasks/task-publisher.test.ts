// What a task publishes, and how often: each figure once, a ledger again now and then, a broken account at once.
import { describe, expect, it } from 'vitest'
import { virtualClock } from '../../../../infra/clock.ts'
import type { LogRecord, NewRecord } from '../../../../infra/event-log/event-log.ts'
import { compileRun } from '../../../../processor/program/program.ts'
import { TaskPublisher } from '../../../../processor/runtime/tasks/task-publisher.ts'
import type { Effects } from '../../../../processor/task/outcome.ts'
import { createTask } from '../../../../processor/task/task.ts'
import { topicNames } from '../../../../producers/contract/topics.ts'
import {
  CITY,
  createTape,
  EPOCH,
  lampCatalogue,
  lampDescriptor,
  MINUTE,
  START,
} from '../../lamp.ts'

const topics = topicNames()
const program = compileRun(lampDescriptor(), lampCatalogue(8), CITY).get('lamp')!
const place = { topic: topics.domain('lamp'), domain: 'lamp', partition: 0 }

function open() {
  const clock = virtualClock(1_000_000)
  const sent: { topic: string; record: NewRecord }[] = []
  const outbox = {
    send: (topic: string, _: number, record: NewRecord) => void sent.push({ topic, record }),
    settled: async () => {},
    size: 0,
    failed: new Promise<never>(() => {}),
  }
  const task = createTask({ ...place, program, epoch: EPOCH })
  const publisher = new TaskPublisher(task, place, { outbox, clock, topics })
  const effects: Effects = { finals: [], rejected: [] }
  return {
    tape: createTape(),
    publisher,
    effects,
    feed: (...records: LogRecord[]) => {
      for (const record of records) task.record(record, effects)
    },
    /** Topics of what was sent meanwhile, in order. */
    pulse(ms: number) {
      clock.advance(ms)
      publisher.frame(clock.now())
      publisher.pulse(clock.now())
      return sent.splice(0).map(({ topic }) => topic)
    },
    taken: () => sent.splice(0).map(({ topic }) => topic),
    keys: () => sent.splice(0).map(({ topic, record }) => `${topic} ${record.key}`),
  }
}

describe('a publisher', () => {
  it('sends a keyframe first, then only what changed, and each provisional once', () => {
    const { tape, feed, pulse } = open()
    feed(tape.started(), tape.tick(START))
    expect(pulse(250)).toEqual([topics.map, topics.partial, topics.kpi])
    expect(pulse(250)).toEqual([])
    feed(tape.event({ lamp: 0, seq: 1, time: START + 1 }))
    expect(pulse(250)).toEqual([topics.map, topics.partial])
    expect(pulse(30_000)).toContain(topics.map)
  })

  it('keeps the provisional to itself while it is far behind, and sends it when it is not or is asked for all', () => {
    const { tape, feed, publisher, effects, pulse, taken } = open()
    const close = (windows: number, from: number) => {
      for (let k = 1; k <= windows; k++) feed(tape.tick(START + (from + k) * MINUTE))
      publisher.finals(effects.finals.splice(0))
      taken()
    }
    feed(tape.started(), tape.tick(START))
    close(4, 0)
    expect(pulse(250)).toContain(topics.partial)
    close(5, 4)
    expect(pulse(250)).not.toContain(topics.partial)
    expect(pulse(250)).toContain(topics.partial)
    close(5, 9)
    publisher.pulse(0, true)
    expect(taken()).toContain(topics.partial)
  })

  it('repeats a ledger that did not change after half a minute, not before', () => {
    const { tape, feed, pulse } = open()
    feed(tape.started(), tape.tick(START))
    pulse(250)
    expect(pulse(20_000)).toEqual([])
    expect(pulse(10_000)).toContain(topics.kpi)
  })

  it('sends the ledger at once when the account breaks, and stays silent while it is even', () => {
    const { tape, feed, publisher, taken } = open()
    feed(tape.started(), tape.tick(START))
    publisher.alarm()
    expect(taken()).toEqual([])
    tape.event({ lamp: 0, seq: 1, time: START + 1 }) // never arrives
    feed(tape.tick(START + 10_000))
    publisher.alarm()
    expect(taken()).toEqual([topics.kpi])
    publisher.alarm()
    expect(taken()).toEqual([])
  })

  it('sends late events, dead letters and finals to their topics, under their keys', () => {
    const { tape, feed, publisher, effects, keys } = open()
    feed(tape.started(), tape.tick(START + MINUTE))
    feed(tape.event({ lamp: 0, seq: 1, time: START }), tape.raw('{'))
    publisher.refused(effects.rejected)
    publisher.finals(effects.finals)
    expect(keys()).toEqual([
      `${topics.late} ${place.topic}/0/2`,
      `${topics.deadLetter} ${place.topic}/0/3`,
      `${topics.partial} ${EPOCH}|lamp|0|2025-06-18T08:30:00.000Z`,
    ])
  })
})
