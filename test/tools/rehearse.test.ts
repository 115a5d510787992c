// A rehearsal's script stands at every cue and is the same otherwise; numbers are read only when all up to there has arrived.
import { EventEmitter } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, it } from 'vitest'
import { scenarioSource } from '../../commands/options/options.ts'
import { loadScenario } from '../../seeds/scenario/scenario.ts'
import { holdAtCues } from '../../tools/rehearse/held-script.ts'
import { LastHeard } from '../../tools/rehearse/last-heard.ts'
import { withoutGivenUp } from '../../tools/rehearse/walk.ts'

const folder = mkdtempSync(join(tmpdir(), 'huacheng-held-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe.each(['three-minutes', 'ten-minutes'])('the held script %s', (script) => {
  it('stands at every cue but the first, and is the same run', () => {
    const { name } = scenarioSource({ scenario: script })
    const path = holdAtCues(name, folder)
    const held = loadScenario(name, {}, { own: { path, label: path } })
    const played = loadScenario(name)
    const stands = held.cues.map(({ hold }) => hold === true)
    expect(stands).toEqual(held.cues.map((_, i) => i > 0))
    const cues = held.cues.map((cue, i) => ({ ...cue, hold: played.cues[i].hold }))
    expect({ ...held, cues, name: played.name }).toEqual({ ...played })
  })
})

const AT = 1_749_632_400_000
const aggregate = {
  ...{ op: 'agg', epoch: 7, serverTime: 0, readings: [] as unknown[] },
  clock: { status: 'paused', horizon: AT },
  ledger: { folded: 12, balanced: true },
  health: { lagSimMs: 0 },
}

/** What a page would have been sent. */
function heard(...messages: object[]): LastHeard {
  const [page, socket] = [new EventEmitter(), new EventEmitter()]
  const last = new LastHeard()
  last.listen(page as unknown as Page)
  page.emit('websocket', socket)
  for (const message of messages) socket.emit('framereceived', { payload: JSON.stringify(message) })
  return last
}

describe('what was said last', () => {
  it('stands where nothing new has come twice', () => {
    const news = { ...aggregate, readings: [{}] }
    expect(heard(news, aggregate, aggregate).standsAt(AT)).toBe(true)
    expect(heard(aggregate, aggregate, news).standsAt(AT)).toContain('paused at')
    expect(heard(aggregate, aggregate).standsAt(AT + 1)).toContain('paused at')
  })

  it('does not stand while the clock runs, events are unread or the account is not even', () => {
    const running = { ...aggregate, clock: { status: 'running', horizon: AT } }
    const behind = { ...aggregate, health: { lagSimMs: 10_000 } }
    const uneven = { ...aggregate, ledger: { folded: 12, balanced: false } }
    for (const now of [running, behind, uneven]) {
      expect(heard(now, now, now, now).standsAt(AT)).not.toBe(true)
    }
    expect(heard().standsAt(AT)).toBe('nothing was said')
  })
})

it('forgives only what a page gave up of its own server', () => {
  const own = 'request failed: http://127.0.0.1:9/api/kpis'
  const other = ['request to another host: http://a.invalid/', 'request failed: http://a.invalid/']
  expect(withoutGivenUp([own, ...other], 'http://127.0.0.1:9/')).toEqual(other)
})
