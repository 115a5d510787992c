// What a lost event is called, and when: tick intervals that do not add up, and the events missing from them.
import { describe, expect, it } from 'vitest'
import { isoTime } from '../../../../infra/time.ts'
import { compileRun } from '../../../../processor/program/program.ts'
import type { Effects } from '../../../../processor/task/outcome.ts'
import { createTask, restoreTask } from '../../../../processor/task/task.ts'
import {
  CITY,
  createTape,
  EPOCH,
  lampCatalogue,
  lampDescriptor,
  lampId,
  START,
} from '../../lamp.ts'

const program = compileRun(lampDescriptor(), lampCatalogue(8), CITY).get('lamp')!
const options = { program, partition: 0, epoch: EPOCH, topic: 'city.lamp' }
const TICK = 10_000
const at = (ms: number) => isoTime(START + ms)

/** A task whose lamps 0 to 3 have reported once, at 1, 2, 3 and 4 s into the first interval. */
function bench() {
  let task = createTask(options)
  const tape = createTape()
  const effects: Effects = { finals: [], rejected: [] }
  const seqs = [0, 0, 0, 0]
  /** The next event of a lamp; lost ones are counted and hashed, yet never arrive. */
  const next = (lamp: number, ms: number) =>
    tape.event({ lamp, seq: ++seqs[lamp], time: START + ms })
  const feed = (record: ReturnType<typeof next>) => task.record(record, effects)
  const here = {
    tape,
    lose: next,
    feed,
    report: (lamp: number, ms: number) => feed(next(lamp, ms)),
    tick: (ms: number, injected = {}) => feed(tape.tick(START + ms, injected)),
    breaks: () => task.ledger()!.breaks,
    missing: () => task.ledger()!.breaks.map((b) => b.missing.map((m) => `${m.asset}:${m.seq}`)),
    ledger: () => task.ledger()!,
    alarms: () => task.alarms,
    /** Goes on with what a checkpoint holds. */
    reopen() {
      const restored = restoreTask(options, task.checkpoint())
      if (typeof restored === 'string') throw new Error(restored)
      task = restored
    },
  }
  feed(tape.started())
  for (const lamp of [0, 1, 2, 3]) here.report(lamp, 1000 * (lamp + 1))
  here.tick(TICK)
  return here
}

describe('a lost event', () => {
  it('is named with district, number and the times around it when its asset reports in the same interval', () => {
    const { lose, report, tick, breaks } = bench()
    lose(1, 12_000)
    report(1, 14_000)
    tick(2 * TICK)
    expect(breaks()).toEqual([
      {
        from: at(TICK),
        to: at(2 * TICK),
        expected: 2,
        got: 1,
        unexplained: 1,
        altered: false,
        returned: 0,
        missing: [
          {
            asset: lampId(1),
            district: '990002',
            seq: 2,
            after: at(2000),
            before: at(14_000),
          },
        ],
      },
    ])
  })

  it('is one event missing at the very tick, and gets its name as soon as the asset reports again', () => {
    const { lose, report, tick, breaks, missing } = bench()
    lose(0, 12_000)
    report(2, 13_000)
    tick(2 * TICK)
    expect(breaks()).toMatchObject([{ expected: 2, got: 1, unexplained: 1, missing: [] }])
    report(2, 21_000)
    tick(3 * TICK)
    expect(missing()).toEqual([[]])
    report(0, 31_000)
    expect(missing()).toEqual([[]])
    tick(4 * TICK)
    expect(missing()).toEqual([[`${lampId(0)}:2`]])
    expect(breaks()).toHaveLength(1)
  })

  it('is not given to an interval that had ended when the asset last reported', () => {
    const { lose, report, tick, missing } = bench()
    lose(0, 12_000)
    tick(2 * TICK)
    report(1, 25_000)
    lose(1, 32_000)
    tick(4 * TICK)
    report(1, 41_000)
    tick(5 * TICK)
    expect(missing()).toEqual([[], [`${lampId(1)}:3`]])
    report(0, 51_000)
    tick(6 * TICK)
    expect(missing()).toEqual([[`${lampId(0)}:2`], [`${lampId(1)}:3`]])
  })

  it('is taken back when it arrives after all, and the account is even again', () => {
    const { lose, report, tick, feed, breaks, ledger } = bench()
    const delayed = lose(0, 12_000)
    report(0, 14_000)
    tick(2 * TICK)
    expect(breaks()[0].missing).toHaveLength(1)
    feed(delayed)
    tick(3 * TICK)
    expect(ledger().unexplained).toBe(0)
    expect(breaks()).toMatchObject([
      { unexplained: 1, returned: 1, missing: [] },
      { expected: 0, got: 1, unexplained: -1, missing: [] },
    ])
  })

  it('is named the same after a checkpoint between its gap and the tick', () => {
    const whole = bench()
    const cut = bench()
    for (const here of [whole, cut]) {
      here.lose(3, 12_000)
      here.report(3, 14_000)
      if (here === cut) here.reopen()
      here.tick(2 * TICK)
      here.lose(2, 21_000)
      here.tick(3 * TICK)
      if (here === cut) here.reopen()
      here.report(2, 32_000)
      here.tick(4 * TICK)
    }
    expect(cut.breaks()).toEqual(whole.breaks())
    expect(cut.missing()).toEqual([[`${lampId(3)}:2`], [`${lampId(2)}:2`]])
  })

  it('is one of at most 20 names, while the count stays right', () => {
    const { lose, report, tick, breaks } = bench()
    for (let i = 0; i < 30; i++) lose(0, 11_000 + i)
    report(0, 12_000)
    tick(2 * TICK)
    expect(breaks()).toMatchObject([{ expected: 31, got: 1, unexplained: 30 }])
    expect(breaks()[0].missing.map((m) => m.seq)).toEqual(
      Array.from({ length: 20 }, (_, i) => 2 + i),
    )
  })
})

describe('what is no unexplained loss', () => {
  it('gives no name to what an injected fault took', () => {
    const { lose, report, tick, breaks, ledger } = bench()
    lose(0, 12_000)
    report(0, 14_000)
    tick(2 * TICK, { drop: 1 })
    expect(ledger().unexplained).toBe(0)
    expect(breaks()).toMatchObject([{ unexplained: 0, altered: false, missing: [] }])
  })

  it('calls other bytes altered, and not where a fault was injected', () => {
    const here = bench()
    const changed = () => {
      const record = here.lose(0, 12_000)
      return {
        ...record,
        value: Buffer.from(record.value!.toString().replace('"watts":10', '"watts":11')),
      }
    }
    here.feed(changed())
    here.tick(2 * TICK)
    here.feed(changed())
    here.tick(3 * TICK, { corrupt: 1 })
    expect(here.breaks().map((b) => b.altered)).toEqual([true, false])
  })

  it('lets explained intervals go first when there are more than 20', () => {
    const { lose, tick, breaks } = bench()
    lose(0, 12_000)
    tick(2 * TICK)
    for (let k = 3; k < 30; k++) {
      lose(1, k * TICK - 5000)
      tick(k * TICK, { drop: k - 2 })
    }
    expect(breaks()).toHaveLength(20)
    expect(breaks()[0]).toMatchObject({ from: at(TICK), unexplained: 1 })
    expect(breaks().at(-1)).toMatchObject({ to: at(29 * TICK), unexplained: 0 })
  })
})

describe('alarms', () => {
  it('grow with a loss and with a name, and not with what faults explain', () => {
    const { lose, report, tick, alarms } = bench()
    expect(alarms()).toBe(0)
    lose(0, 12_000)
    tick(2 * TICK)
    expect(alarms()).toBe(1)
    tick(3 * TICK)
    expect(alarms()).toBe(1)
    report(0, 31_000)
    tick(4 * TICK)
    expect(alarms()).toBe(2)
    lose(1, 41_000)
    tick(5 * TICK, { drop: 1 })
    expect(alarms()).toBe(2)
  })
})
