// What the stage says: which beats have happened, by the server's times alone; and a key that means it only when held.
import { beforeEach, describe, expect, it } from 'vitest'
import type { DemoHappening, RunView, Theft } from '../../../../../console/messages.ts'
import { lang } from '../../../../../console/web/i18n/i18n.ts'
import { type Act, killAct, theftAct } from '../../../../../console/web/ui/stage/acts.ts'
import { HeldKey } from '../../../../../console/web/ui/stage/held-key.ts'

beforeEach(() => {
  lang.value = 'en'
})

const AT = 1_000_000
const run = { scopes: [{ code: 'd', name: { zh: '区', en: 'Town' } }] } as RunView
const happening = (change: Partial<DemoHappening>): DemoHappening => ({
  ...{ id: 'demo-1', kind: 'kill', epoch: 1, at: AT, sim: 0, phase: 'begun' },
  ...change,
})
const recovery = {
  ...{ victim: 'one', successor: null, downMs: null, recoveredMs: null },
  ...{ watermark: 0, records: 0 },
}
const theft: Theft = {
  ...{ topic: 'city.lamp', partition: 3, asset: 'lamp-7', district: 'd', seq: 300 },
  ...{ time: '2025-06-18T08:30:05.000Z', lostAt: AT + 100, lateBefore: 0 },
  ...{ missedAt: null, namedAt: null, returnedAt: null, settledAt: null, counted: null },
}
const states = ({ beats }: Act) => beats.map((beat) => beat.state)
const texts = ({ beats }: Act) => beats.map((beat) => beat.text)

describe('the stage of a kill', () => {
  it('runs its watch from the server’s time of the kill, and stands at the time that it took', () => {
    const begun = killAct(happening({ recovery }), AT + 700)
    expect([begun.elapsedMs, states(begun)]).toEqual([700, ['done', 'now', 'next']])
    const back = { ...recovery, successor: 'two', downMs: 1_100, records: 31_795 }
    const reads = killAct(happening({ recovery: back }), AT + 2_000)
    expect(reads.beats[1]).toMatchObject({
      ...{ state: 'now', more: 'two, 1.1 s after the stop' },
      text: 'The successor re-reads 31,795 records from its checkpoint',
    })
    const proved = { finals: 10, cells: 3_433, differ: 0 }
    const done = happening({ phase: 'done', recovery: { ...back, recoveredMs: 5_800, proved } })
    for (const now of [AT + 6_000, AT + 700_000]) {
      const act = killAct(done, now)
      expect([act.elapsedMs, act.overAt, states(act)]).toEqual([
        ...[5_800, AT + 5_800, ['done', 'done', 'done']],
      ])
      expect(texts(act)[2]).toBe('Caught up after 5.8 s; all 3,433 numbers since equal the truth')
    }
  })

  it('says so when a number differs, and when it could not be done', () => {
    const proved = { finals: 10, cells: 3_433, differ: 2 }
    const back = { ...recovery, successor: 'two', downMs: 1_100, recoveredMs: 5_800, proved }
    const act = killAct(happening({ phase: 'done', recovery: back }), AT)
    expect(texts(act)[2]).toMatch(/2 readings differ/)
    const failed = killAct(happening({ phase: 'failed', error: 'no room' }), AT)
    expect([failed.failed, failed.beats]).toEqual(['Not done: no room', []])
  })
})

describe('the stage of a theft', () => {
  const told = (change: Partial<Theft>) =>
    theftAct(happening({ kind: 'steal', phase: 'done', theft: { ...theft, ...change } }), AT, run)

  it('says when the account missed the event and named it, whenever the page was opened', () => {
    expect(states(told({}))).toEqual(['done', 'now', 'next'])
    const named = told({ missedAt: AT + 600, namedAt: AT + 3_400 })
    expect(texts(named)).toEqual([
      'lamp-7 lacks its event no. 300',
      'After 0.5 s the ledger misses one',
      'After 3.3 s it names this very one: no. 300 of lamp-7',
    ])
    expect([named.elapsedMs, named.overAt]).toEqual([3_300, AT + 3_400])
  })

  it('ends with the event given back and the account balanced', () => {
    const past = { missedAt: AT + 600, namedAt: AT + 3_400, returnedAt: AT + 9_000 }
    expect(told(past)).toMatchObject({ overAt: null, beats: [{}, {}, {}, { state: 'now' }] })
    const settled = told({ ...past, settledAt: AT + 9_400, counted: 'late' })
    expect(settled.beats[3]).toEqual({
      ...{ text: 'Given back: after 0.4 s the account balances again', state: 'done' },
      more: 'Its window was closed: counted as late',
    })
    expect(settled.overAt).toBe(AT + 9_400)
  })
})

describe('a key that is to be held', () => {
  function setUp() {
    const said: string[] = []
    const due: (() => void)[] = []
    const key = new HeldKey(
      () => said.push('act'),
      () => said.push('too short'),
      {
        set(act) {
          due.push(act)
          return () => due.splice(due.indexOf(act), 1)
        },
      },
    )
    const pass = () => {
      for (const act of due.splice(0)) act()
    }
    return { key, said, pass }
  }

  it('acts once, however often it repeats, and says nothing when it is let go', () => {
    const { key, said, pass } = setUp()
    for (let i = 0; i < 5; i++) key.down()
    pass()
    key.down()
    pass()
    key.up()
    expect(said).toEqual(['act'])
  })

  it('says how when it was too short, and can be pressed again', () => {
    const { key, said, pass } = setUp()
    key.down()
    key.up()
    pass()
    expect(said).toEqual(['too short'])
    key.down()
    pass()
    expect(said).toEqual(['too short', 'act'])
  })

  it('goes by when it was pressed and let go, also where a busy page hears of both at once', () => {
    const { key, said, pass } = setUp()
    key.down(1_000)
    key.up(1_800)
    pass()
    expect(said).toEqual(['act'])
    key.down(3_000)
    key.up(3_500)
    expect(said).toEqual(['act', 'too short'])
  })
})
