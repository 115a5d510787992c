// The scenario's walk: the step that the city's clock has reached, with what to say; a click looks there and marks its KPIs.
import type { Cue } from '../../../messages.ts'
import { hourMinute } from '../../i18n/format.ts'
import { t, tx } from '../../i18n/i18n.ts'
import { isPresenting, toCue } from '../presenting/follow-stage.ts'
import { useApp, useTime } from '../shell/context.ts'

export function Cues() {
  const { store } = useApp()
  const cues = store.run.value?.cues ?? []
  const reached = useTime((now) => cues.filter(({ at }) => Date.parse(at) <= now).length)
  if (cues.length === 0 || reached === null) return null
  const [current, next] = [cues[reached - 1], cues.at(reached)]
  return (
    <section class="panel cues" aria-labelledby="cues-title">
      <h2 id="cues-title">
        {t('cue.title')} {next && <small>{t('cue.next', { time: timeOf(next) })}</small>}
      </h2>
      {current && <CurrentCue cue={current} />}
      <details>
        <summary>{t('cue.list', { n: cues.length })}</summary>
        <ol>
          {cues.map((cue, index) => (
            <CueItem key={cue.at} cue={cue} index={index} isCurrent={cue === current} />
          ))}
        </ol>
      </details>
    </section>
  )
}

const timeOf = ({ at }: Cue): string => hourMinute(Date.parse(at))

function CurrentCue({ cue }: { cue: Cue }) {
  const { store, state } = useApp()
  const show = useShow(cue)
  return (
    <div class="cue-now" aria-live="polite">
      <b>{tx(cue.title)}</b>
      {cue.say && <p>{tx(cue.say)}</p>}
      <span class="cue-buttons">
        {show && (
          <button type="button" class="outlined" onClick={show}>
            {t('cue.show')}
          </button>
        )}
        {(cue.highlight ?? []).map((id) => {
          const kpi = store.kpis.value.get(id)
          if (!kpi) return null
          return (
            <button
              key={id}
              type="button"
              class="link"
              onClick={() => {
                state.lineage.value = id
              }}
            >
              {tx(kpi.measure.short)}
            </button>
          )
        })}
      </span>
    </div>
  )
}

function CueItem({ cue, index, isCurrent }: { cue: Cue; index: number; isCurrent: boolean }) {
  const app = useApp()
  const show = useShow(cue)
  return (
    <li aria-current={isCurrent ? 'step' : undefined}>
      <span class="is-muted">{timeOf(cue)}</span>{' '}
      <button
        type="button"
        class="link"
        disabled={show === null && !isPresenting(app)}
        onClick={() => toCue(app, index)}
      >
        {tx(cue.title)}
      </button>
    </li>
  )
}

/** Looks where a cue looks and marks what it is about; null where it does neither. */
function useShow({ camera, highlight = [] }: Cue): (() => void) | null {
  const { state, map } = useApp()
  if (!camera && highlight.length === 0) return null
  return () => {
    state.view.value = 'map'
    state.highlight.value = highlight
    if (camera) map.value?.showView(camera)
  }
}
