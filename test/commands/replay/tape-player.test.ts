// The player of a shared page: where it is after a pause, a seek, a step, a loop or another speed, by a clock that the test moves.
import { beforeEach, expect, it } from 'vitest'
// @ts-expect-error A page's own script, without types.
import { TapePlayer } from '../../../commands/replay/share/tape-player.js'

const START = Date.parse('2025-06-11T07:00:00.000Z')
const iso = (seconds: number) => new Date(START + seconds * 1000).toISOString()
/** Taped at ten times the city's pace: twelve seconds on the wall are two minutes. */
const SPEED = 10
const MINUTE_S = 60

const clockAt = (at: number) => ({
  ...{ status: at < 12_000 ? 'running' : 'paused', speed: at < 12_000 ? SPEED : 0 },
  ...{ simAnchor: at < 12_000 ? START : START + 120_000, wallAnchor: 500_000 },
  ...{ horizon: START + 120_000, end: START + 3_600_000 },
})
const messages = Array.from({ length: 29 }, (_, i): [number, string] => {
  const at = i * 500
  const clock = clockAt(at)
  return [at, JSON.stringify({ op: 'agg', clock, serverTime: 500_000 + at })]
})

let now = 0
let player: InstanceType<typeof TapePlayer>
const seconds = () => Math.round(player.sim() - START) / 1000

beforeEach(() => {
  now = 900_000
  const moments = [{ at: START + 33_000 }, { at: START + 71_000 }]
  player = new TapePlayer(messages, { now: () => now, windowMs: 60_000, tickMs: 10_000, moments })
})

it('plays at the pace at which it was taped, to its end, and from there again', () => {
  now += 3_000
  expect(seconds()).toBe(30)
  expect(player.clock(clockAt(0))).toMatchObject({ status: 'running', speed: 10, wallAnchor: now })
  now += 60_000
  player.advance()
  expect([seconds(), player.clock(clockAt(0)).status]).toEqual([120, 'paused'])
  expect(player.obey('clock.resume', {})).toEqual({ moved: true })
  now += 1_000
  expect(seconds()).toBe(10)
})

it('stands while it is paused, and goes on at another speed', () => {
  now += 2_000
  player.obey('clock.pause', {})
  now += 5_000
  expect(seconds()).toBe(20)
  expect(player.clock(clockAt(0))).toMatchObject({ status: 'paused', speed: 0, asked: 10 })
  player.obey('clock.speed', { speed: 30 })
  player.obey('clock.resume', {})
  now += 1_000
  expect(seconds()).toBe(50)
})

it('seeks forward and back, to stand there or to go on as it did', () => {
  expect(player.obey('clock.jump', { to: iso(90) })).toEqual({ moved: true })
  expect(seconds()).toBe(90)
  now += 500
  expect(seconds()).toBe(95)
  player.obey('clock.jump', { to: iso(15), hold: true })
  now += 500
  expect(seconds()).toBe(15)
  player.obey('clock.jump', { to: iso(1_000) })
  expect(seconds()).toBe(120)
})

it('steps by windows, on and back, and to the next thing that happens', () => {
  player.obey('clock.jump', { to: iso(20), hold: true })
  player.obey('replay.step', { by: 'window' })
  expect(seconds()).toBe(MINUTE_S)
  player.obey('replay.step', { by: 'window' })
  expect(seconds()).toBe(2 * MINUTE_S)
  player.obey('replay.step', { by: 'window', back: true })
  expect(seconds()).toBe(MINUTE_S)
  player.obey('replay.next', {})
  expect(seconds()).toBe(80)
  player.obey('replay.next', { back: true })
  expect(seconds()).toBe(40)
  expect(() => player.obey('replay.next', { back: true })).toThrow('no more incident')
  expect(() => player.obey('replay.step', { by: 'event' })).toThrow('single events')
})

it('plays a part again and again, until that is taken back', () => {
  player.obey('replay.loop', { from: iso(40), to: iso(60) })
  expect(seconds()).toBe(40)
  now += 2_100
  expect(player.advance()).toBe(true)
  expect(seconds()).toBe(40)
  player.obey('replay.loop', {})
  now += 4_000
  expect([player.advance(), seconds()]).toEqual([false, 80])
})

it('never stands before what a page needs to show anything', () => {
  const late: [number, string | { base64: string }][] = [
    [3, JSON.stringify({ op: 'hello', run: { clock: clockAt(0) }, serverTime: 500_003 })],
    [40, { base64: '' }],
    ...messages.map(([at, it]): [number, string] => [at + 60, it]),
  ]
  const options = { now: () => now, windowMs: 60_000, tickMs: 10_000, moments: [] }
  const other = new TapePlayer(late, options)
  expect(other.at()).toBe(60)
  other.obey('clock.jump', { to: iso(0), hold: true })
  expect(other.at()).toBe(60)
})

it('takes no order to the city', () => {
  expect(() => player.obey('incident.start', {})).toThrow()
  expect(player.playing).toBe(true)
})

it('stands where it was asked to also where several times were heard of in one millisecond', () => {
  const said = (at: number, sim: number): [number, string] => {
    const clock = { ...clockAt(0), status: 'paused', simAnchor: START + sim }
    return [at, JSON.stringify({ op: 'agg', clock, serverTime: 500_000 + at })]
  }
  const late = [said(0, 0), said(900, 1_000), said(900, 9_000), said(1_000, 10_000)]
  player = new TapePlayer(late, { now: () => now, windowMs: 60_000, tickMs: 10_000, moments: [] })
  for (const sim of [0.5, 3, 9.5]) {
    player.obey('clock.jump', { to: iso(sim), hold: true })
    expect(seconds()).toBe(sim)
  }
})

it('stands at its beginning also where the city was heard of only a while after', () => {
  const late = [...messages, [1_500, { base64: '' }]].sort(([a], [b]) => Number(a) - Number(b))
  player = new TapePlayer(late, { now: () => now, windowMs: 60_000, tickMs: 10_000, moments: [] })
  player.obey('clock.jump', { to: iso(0), hold: true })
  expect([seconds(), player.at()]).toEqual([0, 1_500])
  player.obey('clock.jump', { to: iso(40), hold: true })
  expect(seconds()).toBe(40)
  player.obey('clock.jump', { to: iso(0) })
  player.obey('clock.resume', {})
  now += 500
  expect(seconds()).toBe(20)
})
