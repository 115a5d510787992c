// Figures that only go on are shown once a second; what somebody did, and whatever is no figure, at once and in its order.
import { describe, expect, it } from 'vitest'
import type { ServerMessage } from '../../../../../console/messages.ts'
import { calmFigures } from '../../../../../console/web/store/connection/calm-figures.ts'
import { virtualClock } from '../../../../../infra/clock.ts'
import { agg, clock, hello, reading } from '../store-set-up.ts'

function setUp() {
  const wall = virtualClock(0)
  const taken: ServerMessage[] = []
  const put = calmFigures(
    (message) => taken.push(message),
    () => wall.now(),
    (ms, task) => wall.schedule(ms, task),
  )
  const to = (at: number) => wall.advance(at - wall.now())
  return {
    taken,
    to,
    put: (at: number, message: ServerMessage) => {
      to(at)
      put(message)
    },
    values: () =>
      taken.flatMap((m) => (m.op === 'agg' ? [m.readings.map((r) => r.scopes.c.value)] : [])),
  }
}

const figures = (epoch: number, ...values: number[]) =>
  agg(epoch, { readings: values.map((value) => reading(epoch, value)) })
const answer: ServerMessage = { op: 'result', id: 'a', ok: true }

describe('calm figures', () => {
  it('show the first at once, then two messages together, none of them lost', () => {
    const { put, values } = setUp()
    put(0, figures(1, 1))
    put(500, figures(1, 2, 3))
    expect(values()).toEqual([[1]])
    put(1_000, figures(1, 4))
    put(1_500, figures(1, 5))
    put(2_000, figures(1))
    expect(values()).toEqual([[1], [2, 3, 4], [5]])
  })

  it('are not kept back where nothing more comes, nor shown again when it does', () => {
    const { put, to, values } = setUp()
    put(0, figures(1, 1))
    put(500, figures(1, 2))
    to(1_099)
    expect(values()).toEqual([[1]])
    to(1_100)
    expect(values()).toEqual([[1], [2]])
    put(5_000, figures(1, 3))
    put(5_400, figures(1, 4))
    put(5_500, hello(2))
    to(9_000)
    expect(values()).toEqual([[1], [2], [3]])
  })

  it('show at once that the clock stands, goes on or goes at another speed', () => {
    const { put, values } = setUp()
    put(0, figures(1, 1))
    put(100, agg(1, { clock: clock({ status: 'paused' }), readings: [reading(1, 2)] }))
    put(200, agg(1, { clock: clock(), readings: [reading(1, 3)] }))
    put(300, agg(1, { clock: clock({ speed: 60, asked: 60 }), readings: [reading(1, 4)] }))
    put(400, agg(1, { clock: clock({ speed: 60, asked: 60, horizon: 120_000 }), readings: [] }))
    expect(values()).toEqual([[1], [2], [3], [4]])
  })

  it('come before what came after them', () => {
    const { put, taken } = setUp()
    put(0, figures(1, 1))
    put(500, figures(1, 2))
    put(600, answer)
    expect(taken.map(({ op }) => op)).toEqual(['agg', 'agg', 'result'])
  })

  it('of an old connection or another run are let go', () => {
    const { put, values } = setUp()
    put(0, figures(1, 1))
    put(500, figures(1, 2))
    put(600, hello(2))
    put(700, figures(2, 3))
    put(1_200, figures(2, 4))
    put(1_300, figures(3, 5))
    expect(values()).toEqual([[1], [3], [5]])
  })
})
