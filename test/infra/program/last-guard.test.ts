// The last guard: nothing that nobody caught ends a process in silence, or goes uncounted.
import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { virtualClock } from '../../../infra/clock.ts'
import { createMetrics } from '../../../infra/metrics.ts'
import { type GuardOptions, standGuard } from '../../../infra/program/last-guard.ts'

function stand(after: GuardOptions['after']) {
  const from = new EventEmitter()
  const clock = virtualClock()
  const metrics = createMetrics({ defaults: false })
  const lines: string[] = []
  const logger = {
    error: (fields: object, text: string) => lines.push(`${JSON.stringify(fields)} ${text}`),
  }
  const guard = standGuard({ clock, logger, metrics, after, from })
  let ended: Error | null = null
  guard.done.catch((error: Error) => {
    ended = error
  })
  return {
    ...{ from, clock, guard, lines, logger },
    counted: async () => (await metrics.uncaughtErrors.get()).values[0].value,
    ended: async () => {
      await new Promise((resolve) => setImmediate(resolve))
      return ended
    },
  }
}

describe('the last guard', () => {
  it('logs and counts, and goes on where it may', async () => {
    const { from, lines, counted, ended } = stand('go-on')
    from.emit('uncaughtException', new Error('first'))
    from.emit('unhandledRejection', 'second')
    expect(await counted()).toBe(2)
    expect(lines).toEqual([
      expect.stringMatching(/Error: first.*"uncaughtException".* goes on$/s),
      expect.stringMatching(/"second".*"unhandledRejection".* goes on$/s),
    ])
    expect(await ended()).toBeNull()
  })

  it('ends the program where a broken step must not be followed by the next', async () => {
    const { from, lines, ended } = stand('end')
    const cause = new Error('half-way')
    from.emit('unhandledRejection', cause)
    expect(await ended()).toMatchObject({ message: expect.stringMatching(/nobody caught/), cause })
    expect(lines[0]).toMatch(/half-way.* ends$/s)
  })

  it('ends a program that does nothing but err, not one that errs now and then', async () => {
    const { from, clock, ended } = stand('go-on')
    for (let i = 0; i < 300; i++) {
      from.emit('uncaughtException', new Error('now and then'))
      clock.advance(1_100)
    }
    expect(await ended()).toBeNull()
    for (let i = 0; i < 61; i++) from.emit('uncaughtException', new Error('always'))
    expect(await ended()).toBeInstanceOf(Error)
  })

  it('outlives a log that cannot be written', async () => {
    const { from, logger, counted } = stand('go-on')
    logger.error = () => {
      throw new Error('EPIPE')
    }
    expect(() => from.emit('uncaughtException', new Error('any'))).not.toThrow()
    expect(await counted()).toBe(1)
  })

  it('leaves when it is asked to', async () => {
    const { from, guard } = stand('end')
    await guard.stop()
    expect(from.listenerCount('uncaughtException') + from.listenerCount('unhandledRejection')).toBe(
      0,
    )
  })
})
