// Which asset wakes next, also after commands have moved wakes about.
import { describe, expect, it } from 'vitest'
import { Wakes } from '../../../producers/kernel/wakes.ts'

const END = 100

/** Assets 3, 4, 5 … with these first wakes. */
function open(firsts: number[]) {
  const assets = Uint32Array.from(firsts, (_, i) => 3 + i)
  return new Wakes([{ assets, simulator: { first: (i) => firsts[i] } }], 3 + firsts.length, END)
}

/** Everybody who wakes, in order, none of them again. */
function all(wakes: Wakes): [time: number, number: number][] {
  const seen: [number, number][] = []
  while (wakes.time() < END) {
    if (wakes.dropMoved()) continue
    seen.push([wakes.time(), wakes.number()])
    wakes.sleepUntil(Number.POSITIVE_INFINITY)
  }
  return seen
}

describe('wakes', () => {
  it('come by time, then asset number, and end before the run does', () => {
    const wakes = open([50, 20, 20, END, Number.POSITIVE_INFINITY])
    expect(all(wakes)).toEqual([
      [20, 4],
      [20, 5],
      [50, 3],
    ])
    expect(wakes.time()).toBe(Number.POSITIVE_INFINITY)
  })

  it('follow a command, earlier or later, and happen once', () => {
    const wakes = open([50, 20])
    wakes.move(3, 10)
    wakes.move(4, 70)
    wakes.move(4, 60)
    expect(all(wakes)).toEqual([
      [10, 3],
      [60, 4],
    ])
  })

  it('bring an asset back that would never have woken again', () => {
    const wakes = open([Number.POSITIVE_INFINITY])
    expect(all(wakes)).toEqual([])
    wakes.move(3, 30)
    expect(all(wakes)).toEqual([[30, 3]])
  })

  it('do not count a move to the time at which the asset wakes anyway', () => {
    const wakes = open([50])
    wakes.move(3, 50)
    expect(all(wakes)).toEqual([[50, 3]])
  })
})
