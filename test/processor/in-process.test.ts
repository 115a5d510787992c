// The processor without a log: records in, readings and ledger out.
import { describe, expect, it } from 'vitest'
import { isoTime } from '../../infra/time.ts'
import { createInProcessProcessor } from '../../processor/in-process.ts'
import { CITY, createTape, EPOCH, lampCatalogue, lampDescriptor, MINUTE, START } from './lamp.ts'

const open = (change = {}) =>
  createInProcessProcessor(lampDescriptor(change), lampCatalogue(8), CITY, EPOCH)

describe('the in-process processor', () => {
  it('gives each final once, window and day in the order of windows and measures', () => {
    const processor = open()
    const tape = createTape()
    for (const r of [tape.started(), tape.tick(START), tape.tick(START + 2 * MINUTE)]) {
      processor.record('lamp', 0, r)
    }
    const readings = processor.takeReadings()
    expect(readings).toHaveLength(2 * 2 * 5)
    expect(readings.slice(0, 2).map((r) => r.window.kind)).toEqual(['window', 'day'])
    expect(readings[0].window.start).toBe(isoTime(START))
    expect(readings[19].window.end).toBe(isoTime(START + 2 * MINUTE))
    expect(processor.takeReadings()).toEqual([])
    expect(processor.ledger()).toMatchObject([{ domain: 'lamp', partition: 0, unexplained: 0 }])
  })

  it('holds finals back until the truth has come', () => {
    const processor = open({ truth: true })
    const tape = createTape()
    for (const r of [tape.started(), tape.tick(START + MINUTE)]) processor.record('lamp', 0, r)
    expect(processor.takeReadings()).toEqual([])
    const truth = {
      epoch: EPOCH,
      domain: 'lamp',
      partition: 0,
      start: isoTime(START),
      end: isoTime(START + MINUTE),
      measures: {},
    }
    processor.truth(Buffer.from(JSON.stringify(truth)))
    expect(processor.takeReadings().map((r) => r.truth)).toEqual(Array(10).fill('equal'))
  })

  it('dead-letters another run whatever its epoch, and names a topic-partition it does not have', () => {
    const processor = open()
    const tape = createTape()
    processor.record('lamp', 0, tape.started())
    processor.record('lamp', 0, tape.started({ epoch: 99, run: 'r-00000000000b' }))
    expect(processor.takeRejected()).toMatchObject([{ reason: 'foreign-run', offset: '1' }])
    expect(processor.takeRejected()).toEqual([])
    expect(() => processor.record('sun', 0, tape.tick(START))).toThrow(/sun\/0/)
  })
})
