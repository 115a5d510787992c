// The transport bar: pause, the run from start to end, and speeds.
import { speedText } from '../../i18n/format.ts'
import { lang, t, type WordKey } from '../../i18n/i18n.ts'
import { CLOCK_PAUSE, CLOCK_RESUME, CLOCK_SPEED, RUN_RESTART } from '../../store/commands.ts'
import { isBehind } from '../../store/sim-clock.ts'
import { errorText } from '../parts/error-text.ts'
import { Later, latePart } from '../parts/later.tsx'
import { Track } from '../timeline/track.tsx'
import { useApp, useSame } from './context.ts'

/** A file of its own, which a live page never asks for. */
const replayBar = latePart(() => import('../replay/replay-bar.tsx'), 'ReplayBar')

/** Only a demo has it. */
const record = latePart(() => import('../record/record-part.tsx'), 'RecordPart')

/** Only where the readings are another engine's, in the engine room: here, where all that it needs is loaded already. */
export const otherEngine = latePart(() => import('../other-engine/other-engine.tsx'), 'OtherEngine')

export function Timeline() {
  const { store } = useApp()
  return (
    <footer class="timeline panel">
      {store.run.value?.replay ? (
        <Later late={replayBar} />
      ) : (
        <>
          <Transport />
          <Track />
          <Speeds />
        </>
      )}
    </footer>
  )
}

function Transport() {
  const { store } = useApp()
  const status = useSame(() => store.clock.value?.status)
  const run = store.run.value
  const pending = store.commands.open(CLOCK_PAUSE, CLOCK_RESUME, RUN_RESTART)
  if (!status || !run) return <div class="transport" />
  const allowed = run.commands && store.connection.value.state === 'live' && pending === null
  const hasEnded = status === 'ended'
  const paused = status === 'paused'
  const [command, word, sign]: [string, WordKey, string] = hasEnded
    ? [RUN_RESTART, 'clock.restart', '↻']
    : paused
      ? [CLOCK_RESUME, 'clock.resume', '▶']
      : [CLOCK_PAUSE, 'clock.pause', '❚❚']
  const name = t(word)
  return (
    <div class="transport">
      <button
        type="button"
        class={hasEnded ? 'primary' : `play ${pending ? 'is-pending' : ''}`}
        disabled={!allowed}
        aria-label={name}
        aria-keyshortcuts="Space"
        title={`${name} (Space)`}
        onClick={() => store.commands.issue(command)}
      >
        {sign} {hasEnded && name}
      </button>
      {store.stands.value && store.demo.capabilities.value.includes('record') && (
        <Later late={record} meanwhile=" " />
      )}
      {run.engine && <small>{t('engine.other')}</small>}
    </div>
  )
}

function Speeds() {
  const { store } = useApp()
  const clock = useSame(() => {
    const { asked, status } = store.clock.value ?? {}
    return status && { asked, hasEnded: status === 'ended' }
  })
  const run = store.run.value
  const pending = store.commands.open(CLOCK_SPEED)
  if (!clock || !run) return <div class="speeds" />
  const limit = store.speedLimit.value
  const reached =
    limit === null ? '' : t('clock.achieved', { speed: speedText(limit, lang.value).slice(0, -1) })
  const isBeyond = (speed: number) => limit !== null && isBehind(limit, speed)
  const refused = store.commands.sent.value.at(-1)
  const allowed = run.commands && !clock.hasEnded && store.connection.value.state === 'live'
  return (
    <div class="speeds">
      <fieldset aria-label={t('clock.speed')} class="segmented">
        {run.speeds.map((speed) => (
          <button
            key={speed}
            type="button"
            class={`${pending?.args.speed === speed ? 'is-pending' : ''} ${isBeyond(speed) ? 'is-beyond' : ''}`}
            title={isBeyond(speed) ? reached : undefined}
            aria-pressed={clock.asked === speed}
            disabled={!allowed}
            onClick={() => store.commands.issue(CLOCK_SPEED, { speed })}
          >
            {speedText(speed, lang.value)}
          </button>
        ))}
      </fieldset>
      <span class="speeds-note" aria-live="polite">
        {pending
          ? t('clock.pending')
          : refused?.phase === 'refused'
            ? t('clock.refused', { error: errorText(refused.error) })
            : ''}
      </span>
    </div>
  )
}
