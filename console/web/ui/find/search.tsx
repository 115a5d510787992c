// One field that finds a district, a number, a landmark or an asset by a few letters, and goes there.
import { useEffect, useState } from 'preact/hooks'
import { t, tx } from '../../i18n/i18n.ts'
import { type AppState, useApp } from '../shell/context.ts'
import { type Hit, knownHits } from './search-hits.ts'

/** Typing rests so long before the server is asked. */
const REST_MS = 150
const LANDMARK_ZOOM = 14

/** Before it is drawn: what is typed at once behind the key that opens it is meant for it. */
const opened = (dialog: HTMLDialogElement | null) => dialog?.showModal()

export function Search() {
  const { state } = useApp()
  const close = () => {
    state.searching.value = false
  }
  return (
    <dialog ref={opened} class="search" aria-label={t('search.title')} onClose={close}>
      <Field close={close} />
    </dialog>
  )
}

function Field({ close }: { close(): void }) {
  const app = useApp()
  const [typed, type] = useState('')
  const [at, setAt] = useState(0)
  const { hits, problem } = useHits(app, typed)
  const chosen = Math.min(at, hits.length - 1)
  useEffect(() => {
    document.getElementById(`hit-${chosen}`)?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  const go = (hit: Hit | undefined) => {
    if (!hit) return
    close()
    goToHit(app, hit)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return // Enter and arrows belong to the input method
    if (event.code === 'ArrowDown') setAt(Math.min(hits.length - 1, chosen + 1))
    else if (event.code === 'ArrowUp') setAt(Math.max(0, chosen - 1))
    else if (event.code === 'Enter') go(hits[chosen])
    else return
    event.preventDefault()
  }
  return (
    <>
      <input
        type="text"
        role="combobox"
        aria-label={t('search.title')}
        aria-expanded={hits.length > 0}
        aria-controls="search-hits"
        aria-activedescendant={hits.length > 0 ? `hit-${chosen}` : undefined}
        autocomplete="off"
        maxLength={80}
        placeholder={t('search.hint')}
        value={typed}
        onInput={({ currentTarget }) => {
          type(currentTarget.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
      />
      <div id="search-hits" role="listbox" aria-label={t('search.title')}>
        {hits.map((hit, index) => (
          <Row
            key={`${hit.kind} ${hit.id}`}
            hit={hit}
            id={`hit-${index}`}
            isChosen={index === chosen}
            go={go}
          />
        ))}
      </div>
      <p class="note" role="status">
        {problem ?? (typed.trim() !== '' && hits.length === 0 ? t('search.none') : '')}
      </p>
    </>
  )
}

type RowProps = { hit: Hit; id: string; isChosen: boolean; go(hit: Hit): void }

function Row({ hit, id, isChosen, go }: RowProps) {
  const { store } = useApp()
  const district =
    hit.kind === 'asset' && store.run.value?.scopes.find(({ code }) => code === hit.district)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field above takes the keys
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      class="search-hit"
      onClick={() => go(hit)}
    >
      <span>{tx(hit.name)}</span>
      <small>
        {t(`search.${hit.kind}`)}
        {district ? ` · ${tx(district.name)} · ${hit.id}` : ''}
      </small>
    </div>
  )
}

/** What the page knows at once, then assets as the server names them; only the newest answer counts. */
function useHits(app: AppState, typed: string): { hits: Hit[]; problem: string | null } {
  const { store } = app
  const [assets, setAssets] = useState<{ of: string; hits: Hit[]; problem: string | null }>({
    ...{ of: '', hits: [], problem: null },
  })
  const wanted = typed.trim()
  useEffect(() => {
    if (wanted === '') return
    let isWanted = true
    const timer = setTimeout(async () => {
      const [hits, problem] = await store.api.assetsNamed(wanted).then(
        (found) => [found.map((asset): Hit => ({ kind: 'asset', ...asset })), null] as const,
        (error: Error) => [[], error.message] as const,
      )
      if (isWanted) setAssets({ of: wanted, hits: [...hits], problem })
    }, REST_MS)
    return () => {
      isWanted = false
      clearTimeout(timer)
    }
  }, [wanted])
  const run = store.run.value
  if (!run || wanted === '') return { hits: [], problem: null }
  const known = knownHits(wanted, { run, city: store.city.value, kpis: store.kpis.value.values() })
  // Assets of the letters before stay until those of these letters come: the list does not jump empty.
  return { hits: [...known, ...assets.hits], problem: assets.of === wanted ? assets.problem : null }
}

function goToHit({ state, map }: AppState, hit: Hit): void {
  if (hit.kind === 'kpi') {
    state.lineage.value = hit.id
    return
  }
  state.view.value = 'map'
  if (hit.kind === 'district') state.district.value = hit.id
  else if (hit.kind === 'landmark') {
    map.value?.showView({ lon: hit.lon, lat: hit.lat, zoom: LANDMARK_ZOOM })
  } else {
    state.rightRail.value = true
    state.asset.value = hit.number
    map.value?.showAsset(hit.number)
  }
}
