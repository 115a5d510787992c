// What a presenter can do, only in the one-process demo: buttons, and a line that says what became of the last one.
import { useEffect, useState } from 'preact/hooks'
import type { Capability, DemoHappening } from '../../../messages.ts'
import { hourMinuteSecond, whole } from '../../i18n/format.ts'
import { lang, t, tx, type WordKey } from '../../i18n/i18n.ts'
import { finalsSince } from '../../store/demo.ts'
import { useApp } from './context.ts'

const WORDS: Record<Capability, { name: WordKey; hint: WordKey; key: string | null }> = {
  steal: { name: 'demo.steal', hint: 'demo.steal.hint', key: null },
  kill: { name: 'demo.kill', hint: 'demo.kill.hint', key: 'K' },
}
/** The line goes away by itself when it has been over for this long. */
const SHOWN_MS = 90_000

export function DemoButton({ capability }: { capability: Capability }) {
  const { store } = useApp()
  const { demo } = store
  const { capabilities, happenings } = demo
  if (!capabilities.value.includes(capability)) return null
  const { name, hint, key } = WORDS[capability]
  const busy = happenings.value.some((h) => h.kind === capability && h.phase === 'begun')
  return (
    <button
      type="button"
      class="demo-button"
      title={t(hint)}
      aria-keyshortcuts={key ?? undefined}
      disabled={busy || store.connection.value.state !== 'live'}
      onClick={() => demo.act(capability)}
    >
      {t(name)} {key && <kbd>{key}</kbd>}
    </button>
  )
}

/** What was done last and how the city's account took it. */
export function DemoLine() {
  const { store, tick } = useApp()
  const [dismissed, dismiss] = useState('')
  const last = store.demo.happenings.value.at(-1)
  const isOver = last !== undefined && last.phase !== 'begun'
  void tick.value
  useEffect(() => {
    if (!last || !isOver) return
    const timer = setTimeout(() => dismiss(last.id), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [last?.id, isOver])
  if (!last || last.id === dismissed) return null
  return (
    <div class={`demo-line ${last.phase === 'failed' ? 'tone-critical' : ''}`}>
      <p role="status">
        {last.kind === 'kill' ? <Kill happening={last} /> : <Steal happening={last} />}
      </p>
      <button type="button" aria-label={t('ui.close')} onClick={() => dismiss(last.id)}>
        ✕
      </button>
    </div>
  )
}

const seconds = (ms: number): string =>
  `${(ms / 1000).toFixed(1)} ${lang.value === 'zh' ? '秒' : 's'}`

function Kill({ happening }: { happening: DemoHappening }) {
  const { store } = useApp()
  const { recovery } = happening
  if (happening.phase === 'failed') return <>{t('demo.failed', { error: happening.error ?? '' })}</>
  if (!recovery) return <>{t('demo.kill.begun')}</>
  const { finals, cells, differ } = finalsSince(
    store.readings,
    store.kpis.value.keys(),
    recovery.watermark ?? happening.sim,
  )
  return (
    <>
      <b>
        {t('demo.kill.done', {
          victim: recovery.victim,
          successor: recovery.successor,
          down: seconds(recovery.downMs),
          recovered: seconds(recovery.recoveredMs),
          records: whole(recovery.records, lang.value),
        })}
      </b>{' '}
      <span class={differ > 0 ? 'tone-critical' : ''}>
        {finals === 0
          ? t('demo.kill.none')
          : t(differ === 0 ? 'demo.kill.equal' : 'demo.kill.differ', {
              finals: whole(finals, lang.value),
              cells: whole(cells, lang.value),
              differ: whole(differ, lang.value),
            })}
      </span>
    </>
  )
}

function Steal({ happening }: { happening: DemoHappening }) {
  const { store } = useApp()
  const { theft: lost } = happening
  if (happening.phase === 'failed') return <>{t('demo.failed', { error: happening.error ?? '' })}</>
  if (!lost) return <>{t('demo.steal.begun')}</>
  const found = store.demo.found.value.get(happening.id)
  const scope = store.run.value?.scopes.find((s) => s.code === lost.district)
  return (
    <>
      <b>
        {t('demo.steal.done', {
          district: tx(scope?.name),
          asset: lost.asset,
          seq: lost.seq,
          time: hourMinuteSecond(Date.parse(lost.time), lang.value),
          partition: lost.partition,
        })}
      </b>{' '}
      {!found && t('demo.steal.unseen')}
      {found && t('demo.steal.missed', { after: seconds(found.missedMs ?? 0) })}{' '}
      {found &&
        (found.namedMs === null
          ? t('demo.steal.unnamed')
          : t('demo.steal.named', { after: seconds(found.namedMs) }))}
    </>
  )
}
