// The operator's command to go back to paper: how long, what it does, what it refuses.
import { describe, expect, it } from 'vitest'
import { HOUR_MS, parseInstant } from '../../../../infra/time.ts'
import { eLicense } from '../../../../producers/domains/e-license/domain.ts'
import { STATUS } from '../../../../producers/domains/e-license/event.ts'
import { drive, type Seen, simulatedCity } from '../../simulated-city.ts'
import { parameters, points, usageOf } from './points.ts'

/** Channels that never fail. */
const channels = Object.fromEntries(
  Object.entries(parameters.channels).map(([code, channel]) => [
    code,
    { ...channel, failure: { perDay: 0, meanHours: 1 } },
  ]),
)

describe('licence.paper-fallback', () => {
  /** Five hours of 50 points, with a command to each at 10:00. */
  function commanded(args: Record<string, unknown>, name = 'licence.paper-fallback') {
    const start = '2025-06-18T09:00:00+08:00'
    const context = simulatedCity({
      domain: eLicense,
      assets: points(50, 'street-hall'),
      start,
      parameters: { equipped: [['2020-01-01', 1]], channels },
    })
    const simulator = eLicense.createSimulator(context)
    const ten = parseInstant(start, '') + HOUR_MS
    const seen: Seen[] = []
    const answers: (number | string)[] = []
    drive(simulator, context, ten, (s) => seen.push(s))
    context.assets.forEach((_, i) => {
      const answer = simulator.command!(i, name, args, ten)
      answers.push(answer)
      let wakeAt = typeof answer === 'number' ? answer : Number.POSITIVE_INFINITY
      while (wakeAt < ten + 4 * HOUR_MS) {
        const time = wakeAt
        wakeAt = simulator.wake(i, time, (event, data) =>
          seen.push({ id: String(i), time, event, data: { ...data } as Record<string, unknown> }),
        )
      }
    })
    return { seen, answers, ten }
  }

  const usage = (seen: Seen[], from: number, to: number) =>
    usageOf(seen.filter((s) => s.time >= from && s.time < to)).usage

  it('stops electronic verification for as long as asked, then lets it return', () => {
    const { seen, ten } = commanded({ for: 'PT2H' })
    expect(usage(seen, ten - HOUR_MS, ten)).toBeGreaterThan(0.65)
    expect(usage(seen, ten, ten + 2 * HOUR_MS)).toBe(0)
    expect(usage(seen, ten + 2 * HOUR_MS, ten + 4 * HOUR_MS)).toBeGreaterThan(0.65)
    const during = seen.filter(
      (s) => s.event === STATUS && s.time >= ten && s.time < ten + 2 * HOUR_MS,
    )
    expect(during.length).toBe(50 * 8)
    expect(during.every((s) => s.data.accepts === false)).toBe(true)
  })

  it('refuses an unknown command and a bad duration', () => {
    expect(commanded({ for: 'PT2H' }, 'licence.burn').answers[0]).toMatch(/licence.burn/)
    expect(commanded({ for: 120 }).answers[0]).toMatch(/got "120", expected an ISO 8601/)
  })
})
