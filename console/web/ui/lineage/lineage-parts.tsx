// The last step of a number's lineage: the parts of its topic-partitions, and raw events with their place in the log.
import { useEffect, useState } from 'preact/hooks'
import type { LineagePart, LineageView, RawEvent } from '../../../messages.ts'
import { exact, hourMinuteSecond, whole } from '../../i18n/format.ts'
import { lang, t } from '../../i18n/i18n.ts'
import { type DeclaredKpi, windowKind } from '../../store/kpi/measures.ts'
import { Columns } from '../parts/columns.tsx'
import { useApp } from '../shell/context.ts'

const time = (iso: string) => hourMinuteSecond(Date.parse(iso))

export function LineageParts({ kpi, scope }: { kpi: DeclaredKpi; scope: string }) {
  const { store } = useApp()
  const [view, setView] = useState<LineageView | null>(null)
  const [failure, setFailure] = useState('')
  const [partition, setPartition] = useState<number | undefined>(undefined)
  const [asked, setAsked] = useState(0)
  useEffect(() => {
    let open = true
    setFailure('')
    store.api.lineage(kpi.id, scope, windowKind(kpi), partition).then(
      (next) => open && setView(next),
      (error: Error) => open && setFailure(error.message),
    )
    return () => {
      open = false
    }
  }, [kpi.id, scope, partition, asked])
  return (
    <>
      <h3>
        {t('parts.title')}
        {view && (
          <small>
            {t(view.window.kind === 'day' ? 'lineage.day' : 'lineage.final')}{' '}
            {time(view.window.start)}–{time(view.window.end)}
          </small>
        )}
        <button type="button" class="link" onClick={() => setAsked(asked + 1)}>
          {t('asset.refresh')}
        </button>
      </h3>
      {failure && <p class="problem">{failure}</p>}
      {!view && !failure && <p class="is-grey">{t('asset.loading')}</p>}
      {view && <Parts view={view} shown={view.events?.partition} onShow={setPartition} />}
      {view?.events && <RawEvents events={view.events} />}
      {view?.notes.map((note) => (
        <p key={note} class="note">
          {note}
        </p>
      ))}
    </>
  )
}

function Parts(props: {
  view: LineageView
  shown: number | undefined
  onShow(partition: number): void
}) {
  const { view, shown, onShow } = props
  const { parts, decimals } = view
  const plain = (n: number | null) => exact(n === null ? null : n / 10 ** decimals, lang.value)
  const sum = (i: 0 | 1 | 2) => parts.reduce((total, { cell }) => total + (cell[i] ?? 0), 0)
  const { total } = view
  const isEqual =
    total !== null && Math.round(total.numerator * 10 ** decimals) === sum(0) && total.n === sum(2)
  const hasDenominator = parts.some(({ cell }) => cell[1] !== null)
  return (
    <table class="plain parts">
      <Columns
        titles={[
          t('parts.partition'),
          t('lineage.numerator'),
          t('lineage.denominator'),
          'n',
          t('parts.offset'),
        ]}
        numbers={1}
      />
      <tbody>
        {parts.map((part) => (
          <PartRow
            key={part.partition}
            part={part}
            plain={plain}
            isShown={part.partition === shown}
            onShow={() => onShow(part.partition)}
          />
        ))}
        <tr class="is-total">
          <th scope="row">{t('parts.sum')}</th>
          <td class="num">{plain(sum(0))}</td>
          <td class="num">{hasDenominator ? plain(sum(1)) : '–'}</td>
          <td class="num">{whole(sum(2), lang.value)}</td>
          <td class="num is-muted">{view.empty > 0 && t('parts.empty', { n: view.empty })}</td>
        </tr>
      </tbody>
      {total && (
        <caption class={isEqual ? 'is-muted' : 'tone-critical'}>
          {t(isEqual ? 'parts.equal' : 'parts.differ', {
            numerator: exact(total.numerator, lang.value),
            n: whole(total.n, lang.value),
          })}
        </caption>
      )}
    </table>
  )
}

function PartRow(props: {
  part: LineagePart
  plain(n: number | null): string
  isShown: boolean
  onShow(): void
}) {
  const { part, plain, isShown, onShow } = props
  const [numerator, denominator, n] = part.cell
  return (
    <tr class={isShown ? 'is-shown' : ''}>
      <th scope="row">
        <button type="button" class="link" aria-pressed={isShown} onClick={onShow}>
          {part.partition}
        </button>
      </th>
      <td class="num">{plain(numerator)}</td>
      <td class="num">{plain(denominator)}</td>
      <td class="num">{whole(n, lang.value)}</td>
      <td class="num is-muted">{part.offset}</td>
    </tr>
  )
}

function RawEvents({ events }: { events: NonNullable<LineageView['events']> }) {
  const { partition, read, matched, list } = events
  return (
    <>
      <h3>
        {t('parts.events', { partition })}
        <small>
          {t('parts.matched', {
            matched: whole(matched, lang.value),
            read: whole(read, lang.value),
          })}
        </small>
      </h3>
      {list.map((event) => (
        <Raw key={event.offset} event={event} />
      ))}
    </>
  )
}

const Raw = ({ event }: { event: RawEvent }) => (
  <details class="raw">
    <summary>
      {time(event.time)} · <code>{event.topic}</code> · {t('asset.partition', event)} ·{' '}
      {t('asset.offset', event)}
    </summary>
    <pre>{event.text}</pre>
  </details>
)
