// What an operator does about cases: each command's events, its refusals, what it leaves alone, and its declared effect in 20 seeds.
import { describe, expect, it } from 'vitest'
import {
  CLOSE_CASE,
  commands,
  HURRY_CASE,
  OPEN_CASE,
} from '../../../../producers/domains/casework/commands.ts'
import { casework } from '../../../../producers/domains/casework/domain.ts'
import {
  CASE_NOTED,
  CLOSED,
  DISPATCHED,
  HANDLED,
  REGISTERED,
  type UnitState,
} from '../../../../producers/domains/casework/event.ts'
import { checkSchemas, linesOf, type Seen } from '../../simulated-city.ts'
import { type Act, dataOf, drivenUnits, options } from './units.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DRAINAGE = 2
const UNIT = 'case-440106-00002'
const at = (minutes: number, name: string, args: Record<string, unknown>): Act => ({
  afterMs: minutes * MINUTE_MS,
  i: DRAINAGE,
  name,
  args,
})
const ponding = {
  kind: 'ponding',
  urgent: true,
  note: '下穿隧道积水',
  about: 'alert-7',
  origin: 'alert',
}
const opened = at(30, OPEN_CASE, ponding)
const OWN = 'c-440106-00002-h1'

const run = (acts: Act[], hours = 8) => drivenUnits(options(6), hours, acts)
const ofCase = (seen: Seen[], id: string) => seen.filter((s) => s.data.case === id)
const calm = run([])

describe('commands about cases', () => {
  it('opens a case at the moment of the command: one more is open, with what was said of it', () => {
    const { seen, answers, start } = run([opened])
    expect(answers).toEqual([null])
    const [first] = ofCase(seen, OWN)
    const before = seen.findLast((s) => s.id === UNIT && s.time < first.time)!
    expect(first.time).toBe(start + opened.afterMs)
    expect(first.event).toBe(REGISTERED)
    expect(first.data).toMatchObject({ ...ponding, open: dataOf<UnitState>(before).open + 1 })
    expect(ofCase(seen, OWN).at(-1)!.event).toBe(CLOSED)
    expect(checkSchemas(casework, seen)).toBeGreaterThan(100)
  })

  it('leaves every other unit to the byte, and the ordinary cases of its own as they come and are dispatched', () => {
    const { seen } = run([opened, at(31, HURRY_CASE, { case: OWN }), at(32, OPEN_CASE, ponding)])
    const others = (list: Seen[]) => linesOf(list.filter((s) => s.id !== UNIT))
    expect(others(seen)).toEqual(others(calm.seen))
    const usual = (list: Seen[]) =>
      list
        .filter((s) => s.event === REGISTERED || s.event === DISPATCHED)
        .filter((s) => !String(s.data.case).includes('-h'))
        .map((s) => [s.time, s.data.case, s.data.kind])
    expect(usual(seen)).toEqual(usual(calm.seen))
    const early = (list: Seen[]) =>
      linesOf(list.filter((s) => s.time < calm.start + opened.afterMs))
    expect(early(seen)).toEqual(early(calm.seen))
  })

  it('refuses a kind that is another unit’s, and says whose cases this one takes', () => {
    const { answers, seen } = run([at(30, OPEN_CASE, { kind: 'power', urgent: false })])
    expect(answers).toEqual([
      'case.open kind: power, expected one of ponding, drain, other at a unit for drainage; choose another unit or kind',
    ])
    expect(linesOf(seen)).toEqual(linesOf(calm.seen))
  })

  it('notes, assigns and hurries a case, each an event that says what was noted', () => {
    const { seen, answers } = run([
      at(30, OPEN_CASE, { kind: 'drain', urgent: false }),
      at(30, 'case.note', { text: '已联系街道' }),
      at(31, 'case.assign', { case: OWN, owner: '李工' }),
      at(32, HURRY_CASE, { case: OWN }),
      at(33, HURRY_CASE, { case: OWN }),
    ])
    const noted = ofCase(seen, OWN).filter((s) => s.event === CASE_NOTED)
    expect(noted.map(({ data }) => [data.noted, data.note, data.owner, data.urgent])).toEqual([
      ['note', '已联系街道', '', false],
      ['owner', '已联系街道', '李工', false],
      ['urgent', '已联系街道', '李工', true],
    ])
    expect(answers.at(-1)).toBe(
      `case.hurry case: ${OWN}, urgent, not dispatched yet, expected a case that is not urgent`,
    )
    const dispatched = ofCase(seen, OWN).find((s) => s.event === DISPATCHED)!
    expect(dispatched.data.urgent).toBe(true)
  })

  it('refuses a case that is not there, and to close one that nobody has handled', () => {
    const { answers } = run([
      at(30, OPEN_CASE, ponding),
      at(31, 'case.close', { case: OWN }),
      at(32, 'case.note', { case: 'c-440106-00001-1', text: '?' }),
    ])
    expect(answers.slice(1)).toEqual([
      `case.close case: ${OWN}, urgent, not dispatched yet, expected a handled case`,
      `case.note case: c-440106-00001-1, expected a case of ${UNIT} that is open; see its registered events`,
    ])
  })

  it('closes a handled case at once, without its verification', () => {
    const usual = run([opened])
    const handled = ofCase(usual.seen, OWN).find((s) => s.event === HANDLED)!
    const minutes = Math.ceil((handled.time - usual.start) / MINUTE_MS)
    const { seen, answers, start } = run([opened, at(minutes, 'case.close', { case: OWN })])
    expect(answers).toEqual([null, null])
    const [closed, previous] = ofCase(seen, OWN).reverse()
    expect([previous.event, closed.event]).toEqual([HANDLED, CLOSED])
    expect(closed.time).toBe(start + minutes * MINUTE_MS)
    expect(closed.time).toBeLessThan(ofCase(usual.seen, OWN).at(-1)!.time)
  })

  it('refuses at a unit that is not in service yet', () => {
    const assets = options(6).assets.map((a) => ({
      ...a,
      commissioned: '2025-06-16T12:00:00+08:00',
    }))
    const { answers } = drivenUnits({ ...options(6), assets }, 8, [opened])
    expect(answers).toEqual([`${UNIT}: not in service yet, expected a unit that works`])
  })
})

/** Mean of what unit `i` has open (or overdue) over so long from an act on. */
function meanOf(seen: Seen[], kpi: 'open' | 'overdue', from: number, forMs: number): number {
  let [last, since, sum] = [0, from, 0]
  for (const s of seen) {
    if (s.id !== UNIT || s.time >= from + forMs) continue
    if (s.time > since) {
      sum += last * (s.time - since)
      since = s.time
    }
    last = dataOf<UnitState>(s)[kpi]
  }
  return (sum + last * (from + forMs - since)) / forMs
}

describe('the declared effects of commands about cases', () => {
  const proposed: Record<string, Record<string, unknown>> = {
    [OPEN_CASE]: { kind: 'other', urgent: false, origin: 'hand' },
    [HURRY_CASE]: {},
    [CLOSE_CASE]: {},
  }
  const measured = commands.flatMap(({ name, moves }) =>
    proposed[name] ? moves.map((move) => [name, move.kpi, move] as const) : [],
  )

  it.each(measured)('%s moves %s within its bounds', (name, kpi, move) => {
    const { direction, least, most, forMs } = move
    const word = kpi.split('.')[1] as 'open' | 'overdue'
    const changes: number[] = []
    for (let seed = 1; seed <= 20; seed++) {
      const city = { ...options(6), seed }
      const act = at(120, name, proposed[name])
      const hours = 2 + forMs / HOUR_MS
      const [without, given] = [[], [act]].map((acts) => drivenUnits(city, hours, acts))
      // Where no case is handled there is nothing to close.
      if (given.answers[0] !== null) continue
      const from = without.start + act.afterMs
      const [was, is] = [without, given].map(({ seen }) => meanOf(seen, word, from, forMs))
      changes.push(direction === 'up' ? is - was : was - is)
    }
    console.log(`${name}: ${kpi} ${direction} by ${changes.map((x) => x.toFixed(2)).join(' ')}`)
    expect(changes.length).toBeGreaterThan(5)
    for (const change of changes) {
      expect(change).toBeGreaterThanOrEqual(least)
      expect(change).toBeLessThanOrEqual(most)
    }
  })
})
