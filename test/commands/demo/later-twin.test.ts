// A city that people wait for stands before its twin begins.
import { describe, expect, it } from 'vitest'
import type { DemoTwin } from '../../../commands/demo/demo-twin.ts'
import { LaterTwin } from '../../../commands/demo/later-twin.ts'
import { virtualClock } from '../../../infra/clock.ts'

function begun(afterMs: number) {
  const clock = virtualClock()
  const calls: string[] = []
  const twin = { stop: async () => void calls.push('stopped') } as unknown as DemoTwin
  const later = new LaterTwin(clock, afterMs, async () => {
    calls.push('begun')
    return twin
  })
  return { clock, calls, later, twin }
}

describe('a twin', () => {
  it('begins at once where nobody waits for the city', async () => {
    const { calls, later, twin } = begun(0)
    expect(calls).toEqual(['begun'])
    expect(await later.begun).toBe(twin)
  })

  it('begins later, and is stopped when the city is', async () => {
    const { clock, calls, later, twin } = begun(1_000)
    clock.advance(999)
    expect(calls).toEqual([])
    clock.advance(1)
    expect(await later.begun).toBe(twin)
    await later.stop()
    expect(calls).toEqual(['begun', 'stopped'])
  })

  it('never begins where the city is left before', async () => {
    const { clock, calls, later } = begun(1_000)
    await later.stop()
    clock.advance(2_000)
    expect([await later.begun, calls]).toEqual([null, []])
  })
})
