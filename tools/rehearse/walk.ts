// A script played on an open page by a clicker's keys alone, with what stands on the screen at each cue.
import type { Page } from 'playwright-core'
import type { RunView, StageView } from '../../console/messages.ts'
import { realClock } from '../../infra/clock.ts'
import { waitUntil } from '../../load/wait-until.ts'
import type { LastHeard } from './last-heard.ts'

/** A whole city on a slow machine; it only ends what hangs. */
const LONG_MS = 900_000
/** The time, the account, the cue, the leading numbers and the districts' table. */
const NUMBERS =
  '.sim-time, .chip-ledger, .cue-now b, .kpi-row .tile-label, .kpi-row .tile-value, .districts td'

export type SeenCue = { title: string; seconds: number; numbers: string }

/** Nothing leaves this machine, whatever the page asks for. */
export async function goOffline(page: Page): Promise<void> {
  const isHere = (url: string) =>
    ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname)
  await page.context().route(
    (url) => !isHere(url.href),
    (route) => route.abort('internetdisconnected'),
  )
}

/** Less what a page gave up that it had asked of its own server: the run that it asked about was begun anew. */
export const withoutGivenUp = (faults: string[], url: string): string[] =>
  faults.filter((fault) => !fault.startsWith(`request failed: ${url}`))

export class Walk {
  readonly #page: Page
  readonly #heard: LastHeard
  readonly #url: string

  constructor(page: Page, heard: LastHeard, url: string) {
    this.#page = page
    this.#heard = heard
    this.#url = url
  }

  /** `R` `R`; resolves with the seconds until the city reports from its start: another run, or the same as it was kept. */
  async reset(): Promise<number> {
    await waitUntil('the city reports', () => this.#heard.begun !== null, LONG_MS)
    const { begun, stage } = this.#heard
    const since = realClock.now()
    await this.#press(['KeyR', 'KeyR'], (now) => now.since !== stage?.since)
    await waitUntil(
      'the city at its start',
      () => this.#heard.begun !== begun && this.#heard.events > 0,
      LONG_MS,
    )
    return secondsSince(since)
  }

  /** From the first cue to the last, where nothing but a reset came before; `reached` hears of each. */
  async toTheEnd(reached: (seen: SeenCue) => void): Promise<SeenCue[]> {
    const { cues } = await this.#run()
    const seen: SeenCue[] = []
    for (let i = 1; i < cues.length; i++) {
      const cue = await this.step('PageDown')
      reached(cue)
      seen.push(cue)
    }
    return seen
  }

  /** One cue on, or one back. */
  async step(key: 'PageDown' | 'PageUp'): Promise<SeenCue> {
    const since = realClock.now()
    const next = (this.#heard.stage?.cue ?? 0) + (key === 'PageDown' ? 1 : -1)
    await this.#press([key], ({ cue }) => cue === next)
    const { cues } = await this.#run()
    const { at, title } = cues[next]
    await waitUntil(title.en, () => this.#heard.standsAt(Date.parse(at)), LONG_MS)
    const seconds = secondsSince(since)
    return { title: title.en, seconds, numbers: await this.#numbers() }
  }

  /** Until the server says that the stage is so. */
  async #press(keys: string[], isSo: (stage: StageView) => boolean): Promise<void> {
    for (const key of keys) await this.#page.keyboard.press(key)
    await waitUntil(`the stage after ${keys.join(' ')}`, () => {
      const { stage } = this.#heard
      return stage !== null && isSo(stage)
    })
  }

  /** The same at two looks, with news from the server between them: the page has drawn what it heard. */
  async #numbers(): Promise<string> {
    let [before, now] = ['', await this.#look()]
    while (now !== before) {
      const { count } = this.#heard
      await waitUntil('news', () => this.#heard.count > count)
      before = now
      now = await this.#look()
    }
    return now
  }

  async #look(): Promise<string> {
    const script = `[...document.querySelectorAll(${JSON.stringify(NUMBERS)})].map((e) => e.textContent.trim()).join(' | ')`
    return (await this.#page.evaluate(script)) as string
  }

  async #run(): Promise<RunView> {
    return (await (await fetch(new URL('api/run', this.#url))).json()) as RunView
  }
}

const secondsSince = (wall: number): number => (realClock.now() - wall) / 1000
