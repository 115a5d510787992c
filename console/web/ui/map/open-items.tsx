// What is under way at an asset: which one, at what stage since when, by when the next is due, and whether that is past.
import type { AssetItem, AssetView } from '../../../messages.ts'
import { hourMinute } from '../../i18n/format.ts'
import { t, tx } from '../../i18n/i18n.ts'
import type { DomainDeclaration } from '../../store/kpi/measures.ts'
import { fieldLabel, valueText } from '../parts/words.ts'
import { useApp } from '../shell/context.ts'

export function OpenItems(props: { view: AssetView; declaration: DomainDeclaration }) {
  const { view, declaration } = props
  const { items } = declaration
  if (!items || view.items === null) return null
  return (
    <>
      <h3>
        {tx(items.label)} <small>{view.items.length}</small>
      </h3>
      {view.items.length === 0 && <p class="is-grey">{t('item.none')}</p>}
      <ul class="items">
        {view.items.toReversed().map((item) => (
          <ItemRow key={item.id} item={item} declaration={declaration} />
        ))}
      </ul>
    </>
  )
}

function ItemRow({ item, declaration }: { item: AssetItem; declaration: DomainDeclaration }) {
  const { store, tick } = useApp()
  void tick.value
  const { id, type, time, data } = item
  const { items, events } = declaration
  if (!items) return null
  const due = Date.parse(String(items.due && data[items.due]))
  const isOverdue = due < (store.simNow() ?? 0)
  const step = events.find((event) => event.type === type)
  const facts = items.shows
    .filter((name) => data[name] !== undefined && data[name] !== '' && data[name] !== false)
    .map((name) =>
      data[name] === true
        ? fieldLabel(declaration, name)
        : valueText(declaration, name, data[name]),
    )
  return (
    <li>
      <b>{id}</b> {isOverdue && <span class="tone-critical">▲ {t('item.overdue')}</span>}
      <span class="item-step">
        {step ? tx(step.label) : type} · {hourMinute(Date.parse(time))}
        {items.due && !Number.isNaN(due) && (
          <>
            {' '}
            · {fieldLabel(declaration, items.due)} {hourMinute(due)}
          </>
        )}
      </span>
      {facts.length > 0 && <small>{facts.join(' · ')}</small>}
    </li>
  )
}
