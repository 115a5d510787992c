// What is under way at all assets of a domain, what is late first: by district, by step, or only what is late; Enter opens its asset.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ItemsView, ListedItem } from '../../../messages.ts'
import { hourMinute, whole } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import type { DomainDeclaration } from '../../store/kpi/measures.ts'
import { fieldLabel, valueText } from '../parts/words.ts'
import { useApp } from '../shell/context.ts'
import { nextRow } from './list-keys.ts'

const POLL_MS = 5_000

export function ItemList({ domain }: { domain: string }) {
  const { store, state } = useApp()
  const [step, setStep] = useState('')
  const [late, setLate] = useState(false)
  const run = store.run.value
  const declaration = run?.declarations[domain]
  const district = state.district.value
  const view = useItems({
    domain,
    ...(district !== null && { district }),
    ...(step !== '' && { type: step }),
    ...(late && { overdue: 'true' }),
  })
  if (!run || !declaration?.items) return null
  const where = run.scopes.find(({ code }) => code === district) ?? run.scopes[0]
  const numbers = view && {
    n: whole(view.total, lang.value),
    late: whole(view.overdue, lang.value),
  }
  return (
    <>
      <div class="asset-list-tools">
        <label>
          {t('items.step')}{' '}
          <select value={step} onChange={(event) => setStep(event.currentTarget.value)}>
            <option value="">{t('list.all')}</option>
            {stepsOf(declaration).map(({ type, label }) => (
              <option key={type} value={type}>
                {tx(label)}
              </option>
            ))}
          </select>
        </label>
        <label>
          <input
            type="checkbox"
            checked={late}
            onChange={(event) => setLate(event.currentTarget.checked)}
          />{' '}
          {t('items.late')}
        </label>
      </div>
      {view && <Items view={view} declaration={declaration} />}
      <p class="note" role="status">
        {numbers && t('items.note', { where: tx(where.name), ...numbers })}
        {view &&
          view.matching > view.items.length &&
          ` · ${t('items.first', { n: view.items.length })}`}
        {!view?.complete && ` ${t('items.reading')}`}
      </p>
    </>
  )
}

/** Events that take one further, but for those after which it is over. */
function stepsOf({ events, items }: DomainDeclaration) {
  const others = [...(items?.ends ?? []), ...(items?.notes ?? [])]
  return events.filter(({ name, periodic }) => !periodic && !others.includes(name))
}

/** Asked again every few seconds, and at once for something else; null before the first answer. */
function useItems(asked: Parameters<ReturnType<typeof useApp>['store']['api']['items']>[0]) {
  const { store } = useApp()
  const [view, setView] = useState<ItemsView | null>(null)
  const key = JSON.stringify(asked)
  useEffect(() => {
    let isWanted = true
    const ask = () => {
      if (document.hidden) return
      store.api
        .items(JSON.parse(key))
        .then((answer) => {
          if (isWanted) setView(answer)
          store.notices.trouble('items', null)
        })
        .catch((error: Error) => store.notices.trouble('items', error.message))
    }
    ask()
    const timer = setInterval(ask, POLL_MS)
    return () => {
      isWanted = false
      clearInterval(timer)
      store.notices.trouble('items', null)
    }
  }, [key])
  return view
}

function Items({ view, declaration }: { view: ItemsView; declaration: DomainDeclaration }) {
  const { state, map } = useApp()
  const [chosen, setChosen] = useState<string | null>(null)
  const { items } = view
  const at = Math.max(
    0,
    items.findIndex(({ id }) => id === chosen),
  )
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => list.current?.focus(), [])
  const open = ({ id, number }: ListedItem) => {
    setChosen(id)
    state.asset.value = number
    map.value?.showAsset(number)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const next = nextRow(event.code, at, items.length)
    if (event.code === 'Enter') open(items[at])
    else if (next !== null) setChosen(items[next].id)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  if (items.length === 0) return <p class="note">{t('item.none')}</p>
  return (
    <div
      ref={list}
      class="scroll"
      role="listbox"
      tabIndex={0}
      aria-label={tx(declaration.items?.label)}
      aria-activedescendant={`item-row-${items[at].id}`}
      onKeyDown={onKeyDown}
    >
      {items.map((item, i) => (
        <ItemLine
          key={item.id}
          item={item}
          declaration={declaration}
          isChosen={i === at}
          onOpen={() => open(item)}
        />
      ))}
    </div>
  )
}

function ItemLine(props: {
  item: ListedItem
  declaration: DomainDeclaration
  isChosen: boolean
  onOpen(): void
}) {
  const { item, declaration, isChosen, onOpen } = props
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isChosen) ref.current?.scrollIntoView({ block: 'nearest' })
  }, [isChosen])
  const { items, events } = declaration
  const step = events.find(({ type }) => type === item.type)
  const what = items?.shows[0]
  const due = item.due === null ? null : hourMinute(Date.parse(item.due))
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are taken by the list, which has the focus
    <div
      ref={ref}
      id={`item-row-${item.id}`}
      class={`asset-row item-row ${isChosen ? 'is-chosen' : ''}`}
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      onClick={onOpen}
    >
      <span class={item.overdue ? 'tone-critical' : ''} aria-hidden="true">
        {item.overdue ? '▲' : ''}
      </span>
      <span>
        {what && item.data[what] !== undefined && valueText(declaration, what, item.data[what])}
        <small>
          {tx(item.name)} · {item.id}
        </small>
      </span>
      <b>
        {step ? tx(step.label) : item.type}
        {due && (
          <small class={item.overdue ? 'tone-critical' : ''}>
            {item.overdue ? t('item.overdue') : fieldLabel(declaration, items?.due ?? '')} {due}
          </small>
        )}
      </b>
    </div>
  )
}
