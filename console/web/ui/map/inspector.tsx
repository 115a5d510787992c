// One asset: what it is, its newest event with the place in the log, and what may be commanded.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { AssetView } from '../../../messages.ts'
import { hourMinuteSecond, quantityText } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import { STALE_STATE } from '../../store/assets/tones.ts'
import type { DomainDeclaration } from '../../store/kpi/measures.ts'
import { useFocusReturn } from '../find/focus-return.ts'
import { DataField } from '../parts/data-field.tsx'
import { Form } from '../parts/icons.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { fieldLabel, valueText } from '../parts/words.ts'
import { useApp } from '../shell/context.ts'
import { CommandForm } from './command-form.tsx'
import { OpenItems } from './open-items.tsx'

type Loaded = { number: number; view: AssetView | null; error: string | null }

export function Inspector({ number }: { number: number }) {
  const { store, state, map } = useApp()
  const [loaded, setLoaded] = useState<Loaded | null>(null)
  const load = () => {
    store.api
      .asset(number)
      .then((view) => {
        state.assetId.value = { number, id: view.id }
        setLoaded({ number, view, error: null })
      })
      .catch((error: Error) => setLoaded({ number, view: null, error: error.message }))
  }
  useEffect(load, [number])
  useFocusReturn()
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    // What was opened from a list that it replaces would leave the focus nowhere.
    if (document.activeElement === document.body) title.current?.focus({ preventScroll: true })
  }, [])
  useFresh(number, load)
  const close = () => {
    state.asset.value = null
    state.order.value = null
  }
  const current = loaded?.number === number ? loaded : null
  const declaration = current?.view ? store.run.value?.declarations[current.view.domain] : undefined
  const order = state.order.value
  const forms =
    store.run.value?.commands &&
    current?.view &&
    declaration?.commands.map((command) => (
      <CommandForm
        key={`${number}-${command.name}`}
        command={command}
        declaration={declaration}
        target={current.view!.id}
        given={order?.command === command.name ? order.args : undefined}
      />
    ))
  return (
    <section class="panel inspector" aria-labelledby="inspector-title">
      <div class="panel-head">
        <h2 ref={title} id="inspector-title" tabIndex={-1}>
          {current?.view ? tx(current.view.name) : t('asset.loading')}
          {current?.view && <small>{current.view.id}</small>}
        </h2>
        <button type="button" aria-label={t('asset.close')} onClick={close}>
          ✕
        </button>
      </div>
      <Scroll label={t('asset.latest')}>
        {current?.error && <p class="problem">{t('asset.failed', { error: current.error })}</p>}
        {current?.view && declaration && (
          <>
            <StateLine number={number} declaration={declaration} />
            <div class="inspector-actions">
              <button type="button" onClick={load}>
                ↻ {t('asset.refresh')}
              </button>
              <button type="button" onClick={() => map.value?.showAsset(number)}>
                ◎ {t('asset.zoom')}
              </button>
              {order && <Another number={number} declaration={declaration} />}
            </div>
            <OpenItems view={current.view} declaration={declaration} />
            {order && forms}
            <LatestEvent view={current.view} declaration={declaration} />
            <Attributes view={current.view} declaration={declaration} />
            {!order && forms}
          </>
        )}
      </Scroll>
    </section>
  )
}

/** Reads are no closer to one another than this. */
const AGAIN_MS = 1_000

/** Reads again whenever the stream brings another state or value of the asset, or says what became of a command to it. */
function useFresh(number: number, load: () => void): void {
  const { store, tick } = useApp()
  void tick.value
  const entities = store.entities.value
  const sent = store.commands.sent.value.map(({ id, phase }) => `${id} ${phase}`).join()
  const shown = `${entities?.state[number]} ${entities?.valueOf(number)} ${sent}`
  const first = useRef(shown)
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  useEffect(() => {
    if (first.current === shown) return
    first.current = shown
    // One read for all that come meanwhile, however often that is.
    timer.current ??= setTimeout(() => {
      timer.current = null
      load()
    }, AGAIN_MS)
  }, [shown])
  useEffect(
    () => () => {
      clearTimeout(timer.current ?? undefined)
      timer.current = null
    },
    [number],
  )
}

/** To the next asset of this kind in the district: one that can take what waits in the form. */
function Another({ number, declaration }: { number: number; declaration: DomainDeclaration }) {
  const { store, state } = useApp()
  const entities = store.entities.value
  const next = entities?.next(declaration.domain, entities.catalogue.scope[number], number) ?? -1
  if (next < 0 || next === number) return null
  return (
    <button
      type="button"
      onClick={() => {
        state.asset.value = next
      }}
    >
      {t('item.another', { asset: tx(declaration.asset) })}
    </button>
  )
}

/** The live state from the feed, which is newer than the event that was read. */
function StateLine({ number, declaration }: { number: number; declaration: DomainDeclaration }) {
  const { store, tick } = useApp()
  void tick.value
  const entities = store.entities.value
  if (!entities) return null
  const { layer } = declaration
  const code = entities.state[number]
  const known = layer.states[code - 1]
  const tone = entities.toneOf(number)
  const label = known ? tx(known.label) : t(code === STALE_STATE ? 'map.stale' : 'map.none')
  return (
    <p class="state-line">
      <Form shape={layer.shape} tone={tone} /> <b>{label}</b>
      {known && !entities.isRough && (
        <span>
          {tx(layer.valueLabel)}{' '}
          {quantityText(entities.valueOf(number) / layer.valueScale, layer.valueUnit, lang.value)}
        </span>
      )}
    </p>
  )
}

function LatestEvent({ view, declaration }: { view: AssetView; declaration: DomainDeclaration }) {
  const { latest } = view
  if (!latest) return <p class="is-grey">{view.note ?? t('asset.nolatest')}</p>
  const event = latest.value as {
    type?: string
    time?: string
    seq?: number
    data?: Record<string, unknown>
  }
  const kind = declaration.events.find((e) => e.type === event.type)
  return (
    <>
      <h3>
        {t('asset.latest')} · {kind ? tx(kind.label) : event.type}
        <small>
          {event.time ? hourMinuteSecond(Date.parse(event.time)) : ''} ·{' '}
          {t('asset.seq', { seq: event.seq ?? '?' })}
        </small>
      </h3>
      <dl class="fields">
        {Object.entries(event.data ?? {}).map(([name, value]) => (
          <DataField
            key={name}
            declaration={declaration}
            name={name}
            value={value}
            unit={kind?.fields[name]?.unit}
          />
        ))}
      </dl>
      <p class="log-place">
        {t('asset.topic', { topic: latest.topic })} ·{' '}
        {t('asset.partition', { partition: latest.partition })} ·{' '}
        {t('asset.offset', { offset: latest.offset })}
      </p>
      <details class="raw">
        <summary>{t('asset.raw')}</summary>
        <pre>{latest.text}</pre>
      </details>
    </>
  )
}

function Attributes({ view, declaration }: { view: AssetView; declaration: DomainDeclaration }) {
  const { store } = useApp()
  const district = store.run.value?.scopes.find((s) => s.code === view.district)
  return (
    <>
      <h3>{t('asset.attributes')}</h3>
      <dl class="fields">
        <div>
          <dt>{t('asset.district')}</dt>
          <dd>{tx(district?.name)}</dd>
        </div>
        <div>
          <dt>{t('asset.commissioned')}</dt>
          <dd>{view.commissionedAt.slice(0, 10)}</dd>
        </div>
        {Object.entries(view.attributes).map(([name, value]) => (
          <div key={name}>
            <dt>{fieldLabel(declaration, name)}</dt>
            <dd>{valueText(declaration, name, value)}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}
