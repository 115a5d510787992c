// The demo goes back and on to where it was kept: whatever was done in between, it is the run that nobody disturbed, to the byte.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { KeptStates } from '../../../commands/demo/kept-states.ts'
import type { CommandAnswer, ProofView } from '../../../console/messages.ts'
import { isoTime } from '../../../infra/time.ts'
import { waitUntil } from '../../../load/wait-until.ts'
import { topicNames } from '../../../producers/contract/topics.ts'
import { readRuns } from '../../../producers/run/run-history.ts'
import { KeptDemo, LONG_MS, MINUTE_MS } from './kept-demo.ts'

let city: KeptDemo
beforeAll(async () => {
  city = await KeptDemo.open()
}, 2 * LONG_MS)
afterAll(() => city?.close())

describe('a demo that was kept', () => {
  it(
    'goes back to before a command, and the command is undone',
    async () => {
      await city.go(1, false)
      expect(await city.order('a')).toMatchObject({ ok: true })
      await city.go(2, false)
      await city.expectUndisturbed(2, ['a'])
      await city.go(1, true)
      await city.expectUndisturbed(1)
      // The second cue was kept with the command, so that it is no use now.
      await city.go(2, false)
      await city.expectUndisturbed(2)
    },
    10 * MINUTE_MS,
  )

  it(
    'goes to the start and on to what was kept, as often as one likes',
    async () => {
      await city.reset()
      await city.go(2, true)
      await city.expectUndisturbed(2)
      await city.go(1, true)
      await city.go(2, true)
      await city.reset()
      await city.go(1, true)
      await city.expectUndisturbed(1)
    },
    10 * MINUTE_MS,
  )

  it(
    'does what is asked for while it goes, when it is there',
    async () => {
      city.send({ restart: true })
      await city.go(2, true)
      await city.expectUndisturbed(2)
      city.send({ restart: true })
      city.send({ cue: 2 })
      await city.go(1, true)
      await city.expectUndisturbed(1)
    },
    10 * MINUTE_MS,
  )

  it(
    'obeys commands where it went to, keeps them for what follows, and drops them where it goes back',
    async () => {
      await city.go(2, true)
      expect(await city.order('b', 1)).toMatchObject({ ok: true })
      await city.go(3, false)
      await city.expectUndisturbed(3, ['b'])
      await city.go(2, true)
      await city.expectUndisturbed(2)
      await city.go(3, false)
      await city.expectUndisturbed(3)
      await city.go(1, true)
      await city.go(3, true)
      await city.expectUndisturbed(3)
    },
    10 * MINUTE_MS,
  )

  it(
    'answers every command that is on its way, or refuses it in words',
    async () => {
      const orders = Array.from({ length: 40 }, (_, i) =>
        new Promise((resolve) => setTimeout(resolve, 25 * i)).then(() =>
          city.order(`c${i}`, i % 5),
        ),
      )
      await city.go(1, true)
      const answers = await Promise.all(orders)
      const refusal = `went to ${isoTime(city.timeOf(1))} while this was on its way`
      for (const { ok, message } of answers as (CommandAnswer & { message?: string })[]) {
        if (!ok) expect(message).toContain(refusal)
      }
      // Of those that were taken the run has the ones that came after.
      const [run] = await readRuns(city.demo.log, topicNames().run, () => {})
      const known = run.commands.filter(({ name }) => name === 'parking.divert').map(({ id }) => id)
      expect(known.length).toBeLessThanOrEqual(answers.filter(({ ok }) => ok).length)
      await city.go(2)
      await city.expectUndisturbed(2, known)
    },
    10 * MINUTE_MS,
  )
})

describe('a kept state that is damaged', () => {
  it.each([
    [
      'its kernel',
      async (state: Awaited<ReturnType<KeptStates['find']>>) => {
        const bytes = await state!.kernel
        bytes[bytes.length >> 1] ^= 1
      },
    ],
    [
      'its log',
      async (state: Awaited<ReturnType<KeptStates['find']>>) => {
        const topic = topicNames().domain('parking')
        const [{ partition }] = await state!.log.offsets(topic)
        const stray = { key: null, value: Buffer.from('{}'), timestamp: 0 }
        await state!.log.append(topic, partition, [stray])
      },
    ],
  ])(
    'is refused and said so, for %s, and the city is simulated up to there',
    async (_, damage) => {
      await city.reset()
      await city.go(1)
      await city.reset()
      const { find } = KeptStates.prototype
      vi.spyOn(KeptStates.prototype, 'find').mockImplementationOnce(async function (
        this: KeptStates,
        ...asked
      ) {
        const state = await find.apply(this, asked)
        await damage(state)
        return state
      })
      await city.go(1, true)
      const said = /^the city as it was kept is of no use, so it is simulated up to there again: /
      await waitUntil('it is said', () => said.test(city.problem ?? ''), LONG_MS)
      await city.go(2)
      const { digest } = await city.undisturbed(2, [])
      await waitUntil('the last tick is complete', async () => {
        const { digest: shown } = await city.ask<ProofView>('/api/proof')
        return shown?.digest === digest
      })
    },
    10 * MINUTE_MS,
  )
})
