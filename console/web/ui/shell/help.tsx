// The list of keyboard shortcuts.
import { useEffect, useRef } from 'preact/hooks'
import { t, type WordKey } from '../../i18n/i18n.ts'
import { useApp } from './context.ts'
import { layerDomains } from './keyboard.ts'

const KILL: [string[], WordKey] = [['K'], 'help.kill']

/** A part of the page that comes later adds its own. */
export const ROWS: [string[], WordKey][] = [
  [['Space'], 'help.pause'],
  [['+', '−'], 'help.speed'],
  [['PgDn', 'PgUp'], 'help.cue'],
  [['Home'], 'help.live'],
  [['B', '.'], 'help.blank'],
  [['F5'], 'help.fullscreen'],
  [['R', 'R'], 'help.reset'],
  [['Shift', 'S'], 'help.picture'],
  [['M', 'P', 'V', 'E'], 'help.views'],
  [['D'], 'help.district'],
  [['A'], 'help.alert'],
  [['X'], 'help.acknowledge'],
  [['F'], 'help.fit'],
  [['I'], 'help.inject'],
  [['/'], 'help.search'],
  [['L'], 'help.list'],
  [['[', ']'], 'help.rails'],
  [['N'], 'help.density'],
  [['W'], 'help.wall'],
  [['T'], 'help.theme'],
  [['G'], 'help.lang'],
  [['Esc'], 'help.esc'],
  [['?'], 'help.help'],
]

/** The keys of as many layers as there are. */
function layerKeys(layers: number): [string[], WordKey][] {
  if (layers === 0) return []
  const keys = layers > 2 ? ['1', '…', `${layers}`] : ['1', '2'].slice(0, layers)
  return [[keys, 'help.layers']]
}

export function Help() {
  const app = useApp()
  const { state, store } = app
  const ref = useRef<HTMLDialogElement>(null)
  const open = state.help.value
  useEffect(() => {
    if (open) ref.current?.showModal()
    else ref.current?.close()
  }, [open])
  const canKill = store.demo.capabilities.value.includes('kill')
  const layers = layerKeys(layerDomains(app).length)
  const rows = [...ROWS.slice(0, 3), ...layers, ...ROWS.slice(3), ...(canKill ? [KILL] : [])]
  const close = () => {
    state.help.value = false
  }
  return (
    <dialog ref={ref} class="help" aria-labelledby="help-title" onClose={close}>
      <div class="panel-head">
        <h2 id="help-title">{t('help.title')}</h2>
        <button type="button" aria-label={t('ui.close')} onClick={close}>
          ✕
        </button>
      </div>
      <dl>
        {rows.map(([keys, word]) => (
          <div key={word}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(word)}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  )
}
