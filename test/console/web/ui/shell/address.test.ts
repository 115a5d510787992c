// The address bar: steps that Back takes back, and what an address may ask for in vain.
import { signal } from '@preact/signals'
import { beforeEach, describe, expect, it } from 'vitest'
import { lang } from '../../../../../console/web/i18n/i18n.ts'
import { Notices } from '../../../../../console/web/store/notices.ts'
import { AddressBar, type AddressOptions } from '../../../../../console/web/ui/shell/address.ts'
import { createViewState, type ViewState } from '../../../../../console/web/view-state.ts'

const preferred = { lang: 'zh' as const, theme: 'dark' as const, wall: false }
const RUN = { scopes: [{ code: '990100' }, { code: '990101' }, { code: '990102' }] }

/** A browser's history as far as the page uses it. */
class FakeWindow {
  entries: { state: unknown; url: string }[] = [{ state: null, url: '' }]
  at = 0
  #popped: (event: { state: unknown }) => void = () => {}
  readonly location = { hash: '' }
  readonly history = {
    state: null as unknown,
    pushState: (state: unknown, _: string, url: string) => {
      this.entries = [...this.entries.slice(0, this.at + 1), { state, url }]
      this.#go(this.at + 1)
    },
    replaceState: (state: unknown, _: string, url: string) => {
      this.entries[this.at] = { state, url }
      this.#go(this.at)
    },
  }

  addEventListener(_: string, listener: (event: { state: unknown }) => void) {
    this.#popped = listener
  }

  back() {
    this.#go(this.at - 1)
    this.#popped({ state: this.history.state })
  }

  #go(at: number) {
    this.at = at
    this.location.hash = this.entries[at].url
    this.history.state = this.entries[at].state
  }
}

let browser: FakeWindow
let state: ViewState
let notices: Notices
let run: { value: typeof RUN | null }

beforeEach(() => {
  lang.value = 'zh'
  browser = new FakeWindow()
  state = createViewState()
  notices = new Notices()
  run = signal<typeof RUN | null>(null)
})

function open(hash: string, kpis: string[] = []) {
  const asset = async (id: string) => {
    if (id !== 'lamp-7') throw new Error('no such asset')
    return { number: 7, id }
  }
  const store = { run, notices, api: { asset }, kpis: signal(new Map(kpis.map((k) => [k, {}]))) }
  return new AddressBar(
    { state, store, preferred, target: browser } as unknown as AddressOptions,
    hash,
  )
}

describe('the history', () => {
  it('has a step for each view, district, asset and lineage; Back takes one back', () => {
    open('')
    state.view.value = 'plan'
    state.district.value = '990101'
    state.theme.value = 'light'
    state.lineage.value = 'x.use'
    expect(browser.entries).toHaveLength(4)
    browser.back()
    expect([state.lineage.value, state.district.value]).toEqual([null, '990101'])
    browser.back()
    expect([state.view.value, state.district.value]).toEqual(['plan', null])
    expect(state.theme.value).toBe('light')
    browser.back()
    expect(state.view.value).toBe('map')
    expect(browser.entries).toHaveLength(4)
  })

  it('has no steps on a wall, which walks by itself', () => {
    open('wall=1')
    state.district.value = '990101'
    state.district.value = '990102'
    expect(browser.entries).toHaveLength(1)
  })
})

describe('an address that asks for something', () => {
  it('finds an asset by its id once there is a run, without a step of its own', async () => {
    open('e=lamp-7')
    expect(state.asset.value).toBe(null)
    run.value = RUN
    await Promise.resolve()
    await Promise.resolve()
    expect(state.asset.value).toBe(7)
    expect(browser.entries).toHaveLength(1)
    expect(browser.location.hash).toContain('e=lamp-7')
  })

  it('says once what this city does not have, and falls back', async () => {
    open('d=440199&k=no.such&e=lamp-8')
    expect(state.district.value).toBe('440199')
    run.value = RUN
    await new Promise((resolve) => setTimeout(resolve))
    expect([state.district.value, state.lineage.value, state.asset.value]).toEqual([
      null,
      null,
      null,
    ])
    expect(notices.remarks.value).toEqual([
      expect.stringContaining('440199'),
      expect.stringContaining('no.such'),
      expect.stringContaining('no such asset'),
    ])
    run.value = { ...RUN }
    expect(notices.remarks.value).toHaveLength(3)
    expect(browser.location.hash).toBe('#lang=zh&theme=dark')
  })
})
