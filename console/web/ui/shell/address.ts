// The address bar: each place is a step in the history, and what the address asks for is found or said to be missing.
import { batch, effect, untracked } from '@preact/signals'
import { type Lang, t } from '../../i18n/i18n.ts'
import type { PageStore } from '../../store/store.ts'
import { placeKey, readHash, type Theme, type ViewState, writeHash } from '../../view-state.ts'

export type AddressOptions = {
  state: ViewState
  store: PageStore
  preferred: { lang: Lang; theme: Theme; wall: boolean }
  /** The browser's own, or a test's. */
  target: Pick<Window, 'history' | 'location' | 'addEventListener'>
}

/** Marks entries of the history as made by this page: Back to one takes the places back, not language and theme. */
const OURS = { huacheng: true }

export class AddressBar {
  readonly #options: AddressOptions
  #key: string
  #isRestoring = false

  /** `hash` is what the page was opened with. */
  constructor(options: AddressOptions, hash: string) {
    const { state, preferred, target } = options
    this.#options = options
    readHash(state, hash, preferred)
    this.#key = placeKey(state)
    target.addEventListener('popstate', (event) => {
      const isBack = event.state !== null
      this.#restore(() => readHash(state, target.location.hash, preferred, isBack))
    })
    effect(() => this.#write())
    effect(() => this.#checkChoices())
    effect(() => this.#findAsset())
  }

  #write(): void {
    const { state, target } = this.#options
    const hash = writeHash(state)
    const key = placeKey(state)
    // On a wall nobody presses Back, and the page itself goes from place to place.
    const isStep = key !== this.#key && !this.#isRestoring && !state.wall.value
    this.#key = key
    const { history, location } = target
    if (isStep) history.pushState(OURS, '', hash)
    else if (location.hash !== hash || history.state === null) {
      history.replaceState(OURS, '', hash)
    }
  }

  /** What the address named is there: a change that is no step of its own. */
  #restore(change: () => void): void {
    this.#isRestoring = true
    try {
      batch(change)
    } finally {
      this.#isRestoring = false
    }
  }

  /** Falls back from what this city does not have, once, and says so. */
  #checkChoices(): void {
    const { state, store } = this.#options
    const run = store.run.value
    if (!run) return
    const { district, lineage, metric } = state
    const code = district.value
    const isDistrict = run.scopes.slice(1).some((s) => s.code === code)
    const kpis = store.kpis.value
    const lost = (kpi: string | null) => kpi !== null && !kpis.has(kpi)
    const [noLineage, noMetric] = [lost(lineage.value), lost(metric.value)]
    untracked(() => {
      this.#restore(() => {
        if (code !== null && !isDistrict) {
          // The city's own code is a district of nobody, and means what it says.
          if (code !== run.scopes[0].code) store.notices.remark(t('address.district', { code }))
          district.value = null
        }
        if (noLineage) {
          store.notices.remark(t('address.kpi', { kpi: lineage.value ?? '' }))
          lineage.value = null
        }
        if (noMetric) metric.value = null
      })
    })
  }

  #findAsset(): void {
    const { state, store } = this.#options
    const id = state.askedAsset.value
    if (id === null || !store.run.value) return
    const isAsked = () => state.askedAsset.value === id
    store.api
      .asset(id)
      .then((view) => {
        if (!isAsked()) return
        this.#restore(() => {
          state.askedAsset.value = null
          state.assetId.value = { number: view.number, id: view.id }
          state.asset.value = view.number
        })
      })
      .catch((error: Error) => {
        if (!isAsked()) return
        store.notices.remark(t('address.asset', { id, error: error.message }))
        this.#restore(() => {
          state.askedAsset.value = null
        })
      })
  }
}
