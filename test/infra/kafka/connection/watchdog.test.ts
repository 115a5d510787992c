// A reader that stands still is reported, given up once, and never after it was stopped.
import { expect, it } from 'vitest'
import { virtualClock } from '../../../../infra/clock.ts'
import { Watchdog } from '../../../../infra/kafka/connection/watchdog.ts'

function watched() {
  const clock = virtualClock()
  const givenUp: string[] = []
  const watchdog = new Watchdog({
    clock,
    who: 'tail city.run',
    staleAfterMs: 3_000,
    giveUpAfterMs: 10_000,
    giveUp: (error) => void givenUp.push(error.message),
  })
  const pass = (seconds: number) => {
    for (let i = 0; i < seconds; i++) clock.advance(1000)
  }
  return { watchdog, givenUp, pass }
}

it('says why it is not ready, and gives a silent reader up once', () => {
  const { watchdog, givenUp, pass } = watched()
  watchdog.progress('fetch')
  pass(2)
  expect(watchdog.reasons()).toEqual([])
  watchdog.failed(new Error('no route'))
  pass(2)
  expect(watchdog.reasons()).toEqual(['tail city.run: no fetch for 4 s (last error: no route)'])
  pass(60)
  expect(givenUp).toEqual([
    'tail city.run: no fetch for 10 s (last error: no route); given up after 10 s; check that the brokers run, then start this again: it goes on where it stopped',
  ])
})

it('leaves one that gets through, and one that was stopped, alone', () => {
  const { watchdog, givenUp, pass } = watched()
  for (let i = 0; i < 30; i++) {
    watchdog.progress('fetch')
    pass(1)
  }
  watchdog.stop()
  pass(60)
  expect(givenUp).toEqual([])
})
