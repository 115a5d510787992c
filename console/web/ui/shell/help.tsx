// The list of keyboard shortcuts.
import { useEffect, useRef } from 'preact/hooks'
import { t, type WordKey } from '../../i18n/i18n.ts'
import { useApp } from './context.ts'

const KILL: [string[], WordKey] = [['K'], 'help.kill']

const ROWS: [string[], WordKey][] = [
  [['Space'], 'help.pause'],
  [['+', '−'], 'help.speed'],
  [['M', 'P', 'V', 'E'], 'help.views'],
  [['1', '…', '6'], 'help.layers'],
  [['D'], 'help.district'],
  [['A'], 'help.alert'],
  [['F'], 'help.fit'],
  [['[', ']'], 'help.rails'],
  [['W'], 'help.wall'],
  [['T'], 'help.theme'],
  [['G'], 'help.lang'],
  [['Esc'], 'help.esc'],
  [['?'], 'help.help'],
]

export function Help() {
  const { state, store } = useApp()
  const ref = useRef<HTMLDialogElement>(null)
  const open = state.help.value
  useEffect(() => {
    if (open) ref.current?.showModal()
    else ref.current?.close()
  }, [open])
  const rows = store.demo.capabilities.value.includes('kill') ? [...ROWS, KILL] : ROWS
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
