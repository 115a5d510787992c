// Every asset as a list, what is wrong first: the map's equal for who has no mouse or does not see it.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { FoundAsset } from '../../../messages.ts'
import { whole } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import { STALE_STATE } from '../../store/assets/tones.ts'
import { worstFirst } from '../../store/assets/worst-first.ts'
import { Form } from '../parts/icons.tsx'
import { useApp } from '../shell/context.ts'
import { layerDomains } from '../shell/keyboard.ts'
import { ItemList } from './item-list.tsx'
import { nextRow, PAGE } from './list-keys.ts'

/** Before a domain's name: what is under way at its assets, instead of the assets. */
const ITEMS = 'items:'

export function AssetList() {
  const app = useApp()
  const { store, state } = app
  const [domain, setDomain] = useState('')
  const [refreshed, refresh] = useState(0)
  const run = store.run.value
  const entities = store.entities.value
  const scope = run?.scopes.findIndex((s) => s.code === state.district.value) ?? -1
  const numbers = useMemo(() => {
    if (!entities) return []
    const { domains } = entities.catalogue
    const layers = layerDomains(app)
    const shown = domains.map((d) => layers.includes(d))
    const only = domain === '' ? null : domains.indexOf(domain)
    return worstFirst(entities, { scope: Math.max(0, scope), domain: only, shown })
  }, [entities, scope, domain, refreshed])
  const close = () => {
    state.listing.value = false
  }
  if (!run || !entities) return null
  const where = run.scopes[Math.max(0, scope)]
  const listed = domain.startsWith(ITEMS) && run.declarations[domain.slice(ITEMS.length)]?.items
  return (
    <section class="panel asset-list" aria-labelledby="asset-list-title">
      <div class="panel-head">
        <h2 id="asset-list-title">
          {listed ? tx(listed.label) : t('list.title')}
          {!listed && (
            <small>
              {t('list.note', { where: tx(where.name), n: whole(numbers.length, lang.value) })}
            </small>
          )}
        </h2>
        <button type="button" aria-label={t('ui.close')} onClick={close}>
          ✕
        </button>
      </div>
      <div class="asset-list-tools">
        <label>
          {t('list.kind')}{' '}
          <select value={domain} onChange={(event) => setDomain(event.currentTarget.value)}>
            <option value="">{t('list.all')}</option>
            {layerDomains(app).map((d) => (
              <option key={d} value={d}>
                {tx(run.declarations[d].asset)}
              </option>
            ))}
            {Object.values(run.declarations).map(
              ({ domain: its, items }) =>
                items && (
                  <option key={its} value={`${ITEMS}${its}`}>
                    {tx(items.label)}
                  </option>
                ),
            )}
          </select>
        </label>
        <button
          type="button"
          hidden={domain.startsWith(ITEMS)}
          onClick={() => refresh(refreshed + 1)}
        >
          ↻ {t('list.sort')}
        </button>
      </div>
      {domain.startsWith(ITEMS) ? (
        <ItemList key={`${scope}-${domain}`} domain={domain.slice(ITEMS.length)} />
      ) : (
        <Rows key={`${scope}-${domain}-${refreshed}`} numbers={numbers} />
      )}
    </section>
  )
}

/** Arrows walk, also from page to page; Enter opens. */
function Rows({ numbers }: { numbers: number[] }) {
  const { store, state, map } = useApp()
  // Whoever comes back from an asset is where they were.
  const [at, setAt] = useState(() =>
    Math.max(0, numbers.indexOf(state.assetId.value?.number ?? -1)),
  )
  const [names, setNames] = useState<ReadonlyMap<number, FoundAsset>>(new Map())
  const list = useRef<HTMLDivElement>(null)
  const from = Math.floor(at / PAGE) * PAGE
  const page = numbers.slice(from, from + PAGE)
  useEffect(() => {
    list.current?.focus()
  }, [])
  useEffect(() => {
    let isWanted = true
    if (page.length === 0) return
    store.api
      .assetNames(page)
      .then((found) => isWanted && setNames(new Map(found.map((f) => [f.number, f]))))
      .catch((error: Error) => store.problem(error.message))
    return () => {
      isWanted = false
    }
  }, [from, numbers])
  const open = (index: number) => {
    setAt(index)
    state.asset.value = numbers[index]
    map.value?.showAsset(numbers[index])
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const next = nextRow(event.code, at, numbers.length)
    if (event.code === 'Enter') open(at)
    else if (next !== null) setAt(next)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  if (numbers.length === 0) return <p class="note">{t('list.none')}</p>
  const last = Math.min(numbers.length, from + PAGE)
  const place = { from: whole(from + 1, lang.value), to: whole(last, lang.value) }
  return (
    <>
      <div
        ref={list}
        class="scroll"
        role="listbox"
        tabIndex={0}
        aria-label={t('list.title')}
        aria-activedescendant={`asset-row-${numbers[at]}`}
        onKeyDown={onKeyDown}
      >
        {page.map((number, k) => (
          <Row
            key={number}
            number={number}
            name={names.get(number)}
            isChosen={from + k === at}
            onOpen={() => open(from + k)}
          />
        ))}
      </div>
      <p class="note">{t('list.page', { ...place, n: whole(numbers.length, lang.value) })}</p>
    </>
  )
}

function Row(props: {
  number: number
  name: FoundAsset | undefined
  isChosen: boolean
  onOpen(): void
}) {
  const { number, name, isChosen, onOpen } = props
  const { store, tick } = useApp()
  const ref = useRef<HTMLDivElement>(null)
  void tick.value
  useEffect(() => {
    if (isChosen) ref.current?.scrollIntoView({ block: 'nearest' })
  }, [isChosen])
  const entities = store.entities.value
  const run = store.run.value
  if (!entities || !run) return null
  const { catalogue } = entities
  const { layer, asset } = run.declarations[catalogue.domains[catalogue.domain[number]]]
  const code = entities.state[number]
  const known = layer.states[code - 1]
  const tone = entities.toneOf(number)
  const state = known ? tx(known.label) : t(code === STALE_STATE ? 'map.stale' : 'map.none')
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are taken by the list, which has the focus
    <div
      ref={ref}
      id={`asset-row-${number}`}
      class={`asset-row ${isChosen ? 'is-chosen' : ''}`}
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      onClick={onOpen}
    >
      <Form shape={layer.shape} tone={tone} />
      <span>{name ? tx(name.name) : tx(asset)}</span>
      <b class={`tone-text-${tone}`}>{state}</b>
    </div>
  )
}
