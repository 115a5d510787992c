// The stage: what a presenter does to the demo, in three beats with a stopwatch; every time in it is the server's.
import { useEffect, useState } from 'preact/hooks'
import type { DemoHappening } from '../../../messages.ts'
import { t } from '../../i18n/i18n.ts'
import { useApp } from '../shell/context.ts'
import { type Act, killAct, theftAct } from './acts.ts'
import { ShowAsset } from './show-asset.tsx'

/** The card goes away by itself when its story has been over for this long. */
const SHOWN_MS = 90_000
const HINT_MS = 2_500

export function Stage() {
  const { store, tick } = useApp()
  const [dismissed, dismiss] = useState('')
  const run = store.run.value
  const last = store.demo.happenings.value.at(-1)
  if (!run || !last || last.id === dismissed) return <HoldHint />
  void tick.value
  const now = store.serverNow()
  const act = last.kind === 'kill' ? killAct(last, now) : theftAct(last, now, run)
  if (act.overAt !== null && now - act.overAt > SHOWN_MS) return <HoldHint />
  return <Card happening={last} act={act} close={() => dismiss(last.id)} />
}

function Card(props: { happening: DemoHappening; act: Act; close(): void }) {
  const { happening, act, close } = props
  const { store } = useApp()
  const { theft } = happening
  const isLost = theft?.returnedAt === null && happening.phase === 'done'
  return (
    <section class={`stage ${act.failed ? 'tone-critical' : ''}`} aria-labelledby="stage-title">
      <div class="stage-head">
        <h2 id="stage-title">{act.title}</h2>
        <span class="stage-watch" aria-hidden="true">
          {(act.elapsedMs / 1000).toFixed(1)}
          <small>{t('unit.short.S')}</small>
        </span>
        <button type="button" aria-label={t('ui.close')} onClick={close}>
          ✕
        </button>
      </div>
      <div role="status">
        {act.failed && <p>{act.failed}</p>}
        <ol>
          {act.beats.map(({ text, more, state }, i) => (
            <li key={i} class={`beat-${state}`} aria-current={state === 'now' ? 'step' : undefined}>
              <b>{text}</b>
              {more && <small>{more}</small>}
            </li>
          ))}
        </ol>
      </div>
      {theft && (
        <div class="stage-buttons">
          <ShowAsset id={theft.asset} label={t('stage.show')} />
          {isLost && store.demo.capabilities.value.includes('return') && (
            <button
              type="button"
              class="primary"
              title={t('demo.return.hint')}
              onClick={() => store.demo.act('return')}
            >
              {t('demo.return')}
            </button>
          )}
        </div>
      )}
    </section>
  )
}

/** Whoever pressed the key for too short a time learns how. */
function HoldHint() {
  const { store } = useApp()
  const { hint } = store.demo
  useEffect(() => {
    if (hint.value === 0) return
    const timer = setTimeout(() => {
      hint.value = 0
    }, HINT_MS)
    return () => clearTimeout(timer)
  }, [hint.value])
  if (hint.value === 0) return null
  return (
    <section class="stage stage-hint" role="status">
      {t('stage.hold')}
    </section>
  )
}
