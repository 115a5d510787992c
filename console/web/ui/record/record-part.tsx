// The record button of a demo and what it opens: begin, end, keep the last minutes; how far it is, where it lies, how to replay it.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { RecordingsView, RecordingView } from '../../../messages.ts'
import { bytes, hourMinuteSecond, span, whole } from '../../i18n/format.ts'
import { lang, t } from '../../i18n/i18n.ts'
import { usePolled } from '../parts/polled.ts'
import { useApp } from '../shell/context.ts'

const LAST = 'PT10M'
const LOOK_MS = 1_000

export function RecordPart() {
  const [isOpen, setOpen] = useState(false)
  const { kiosk } = useApp()
  const button = useRef<HTMLButtonElement>(null)
  if (kiosk) return null
  const close = () => {
    setOpen(false)
    button.current?.focus()
  }
  return (
    <div class="record">
      <button
        ref={button}
        type="button"
        class="record-button"
        aria-expanded={isOpen}
        aria-label={t('record.title')}
        title={t('record.title')}
        onClick={() => setOpen(!isOpen)}
      >
        <span aria-hidden="true">●</span>
      </button>
      {isOpen && <Panel close={close} />}
    </div>
  )
}

type Asked = '' | '/stop'

function Panel({ close }: { close(): void }) {
  const { store } = useApp()
  const { ask } = store.api
  const panel = useRef<HTMLDialogElement>(null)
  const [said, setSaid] = useState('')
  const [isBusy, setBusy] = useState(false)
  const polled = usePolled(
    'recordings',
    () => ask('api/recordings', (r) => r.json() as Promise<RecordingsView>),
    { everyMs: LOOK_MS },
  )
  const [newest, setNewest] = useState<RecordingView | null>(null)
  // Modal: what it covers cannot be met by accident, and Escape ends it wherever the focus went.
  useEffect(() => {
    panel.current?.showModal()
    // Before the page's own keys, to which Escape means to go up: the dialog could not be closed by it.
    const keep = (event: KeyboardEvent) => event.code === 'Escape' && event.stopPropagation()
    window.addEventListener('keydown', keep, true)
    return () => window.removeEventListener('keydown', keep, true)
  }, [])
  useEffect(() => setNewest(polled?.recordings.at(-1) ?? null), [polled])
  const act = async (path: Asked, body?: object) => {
    setBusy(true)
    setSaid('')
    try {
      const take = (r: Response) => r.json() as Promise<RecordingView>
      setNewest(await ask(`api/recordings${path}`, take, { method: 'POST', body }))
    } catch (error) {
      setSaid((error as Error).message)
    }
    setBusy(false)
  }
  const isWriting = newest?.phase === 'writing'
  const isLive = isWriting && newest.kind === 'live'
  const reach = polled?.reach ?? null
  return (
    <dialog ref={panel} class="record-panel" aria-label={t('record.title')} onClose={close}>
      <div class="record-acts">
        {isLive ? (
          <button type="button" class="primary" disabled={isBusy} onClick={() => act('/stop')}>
            ■ {t('record.stop')}
          </button>
        ) : (
          <button type="button" disabled={isBusy || isWriting} onClick={() => act('', {})}>
            ● {t('record.start')}
          </button>
        )}
        <button
          type="button"
          disabled={isBusy || isWriting || !reach}
          onClick={() => act('', { last: LAST })}
        >
          {t('record.last')}
        </button>
      </div>
      <p class="note">
        {reach
          ? t('record.reach', {
              time: hourMinuteSecond(reach.from),
              span: span(reach.to - reach.from, lang.value),
            })
          : t('record.reach.none')}
      </p>
      {newest && <Newest it={newest} />}
      <p class="record-said" role="status">
        {said || (newest ? statusOf(newest) : '')}
      </p>
    </dialog>
  )
}

function statusOf({ phase, kind, share, problem }: RecordingView): string {
  if (phase === 'failed') return t('record.failed', { error: problem ?? '' })
  if (phase === 'done') return t('record.done')
  return kind === 'live'
    ? t('record.writing')
    : t('record.share', { percent: Math.floor(100 * (share ?? 0)) })
}

/** Its figures as they grow; once it is there, how it is replayed. */
function Newest({ it }: { it: RecordingView }) {
  const [copied, setCopied] = useState('')
  const text = useRef<HTMLElement>(null)
  const command = `npx huacheng replay "${it.folder}"`
  const copy = () => {
    // Over plain http from another machine there is no clipboard: then it is marked, to be copied by hand.
    const copying = navigator.clipboard?.writeText(command) ?? Promise.reject(new Error('none'))
    copying.then(
      () => setCopied(t('record.copied')),
      () => {
        getSelection()?.selectAllChildren(text.current!)
        setCopied(t('record.marked'))
      },
    )
  }
  const time = (ms: number | null) => (ms === null ? '…' : hourMinuteSecond(ms))
  const isShort = it.asked !== null && it.to !== null && it.to - it.from! < it.asked
  return (
    <>
      {it.phase === 'writing' && it.share !== null && (
        <progress aria-label={t('record.title')} max={1} value={it.share} />
      )}
      <p class="record-figures">
        {time(it.from)} – {time(it.to)} ·{' '}
        {t('record.records', { n: whole(it.records, lang.value) })} · {bytes(it.bytes, lang.value)}
      </p>
      {isShort && (
        <p class="note">{t('record.short', { span: span(it.to! - it.from!, lang.value) })}</p>
      )}
      {it.phase === 'done' && (
        <>
          <p class="note">{t('record.where')}</p>
          <code ref={text} class="record-command">
            {command}
          </code>
          <button type="button" onClick={copy}>
            {t('record.copy')}
          </button>
          <span class="note" role="status">
            {' '}
            {copied}
          </span>
        </>
      )}
    </>
  )
}
