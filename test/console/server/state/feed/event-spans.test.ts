// Events by spans of a run, from what its tasks' ledgers say.
import { describe, expect, it } from 'vitest'
import { EventSpans } from '../../../../../console/server/state/feed/event-spans.ts'
import { ledger } from '../../small-city.ts'

const MINUTE = 60_000
const iso = (minute: number) => new Date(minute * MINUTE).toISOString()
const said = (minute: number, produced: number, more = {}) =>
  ledger(1, { watermark: iso(minute), produced, ...more })
/** A day: spans of six minutes. */
const day = () => new EventSpans(0, 24 * 60 * MINUTE)

describe('spans of a run', () => {
  it('hold what fell into each, over all tasks, and end where the slowest task is', () => {
    const spans = day()
    const other = { partition: 1 }
    for (const [minute, produced] of [
      [1, 40],
      [6, 90],
      [12, 150],
      [13, 160],
    ]) {
      spans.put(said(minute, produced))
    }
    for (const [minute, produced] of [
      [1, 4],
      [6, 10],
      [12, 16],
    ])
      spans.put(said(minute, produced, other))
    expect(spans.view()).toEqual({ from: 0, stepMs: 6 * MINUTE, counts: [100, 66] })
  })

  it('begin with the first that is known whole, when the run was going on already', () => {
    const spans = day()
    spans.put(said(100, 5_000))
    expect(spans.view().counts).toEqual([])
    spans.put(said(114, 5_700))
    expect(spans.view()).toEqual({ from: 102 * MINUTE, stepMs: 6 * MINUTE, counts: [300, 300] })
  })

  it('ignore what a restored task says again', () => {
    const spans = day()
    for (const [minute, produced] of [
      [6, 60],
      [3, 30],
      [6, 60],
      [12, 120],
    ]) {
      spans.put(said(minute, produced))
    }
    expect(spans.view().counts).toEqual([60, 60])
  })

  it('are empty before anybody said anything', () => {
    expect(day().view()).toEqual({ from: 0, stepMs: 6 * MINUTE, counts: [] })
  })
})
