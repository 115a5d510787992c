// What a presenter can do, only in the one-process demo: a button for each; the stage says what becomes of it.
import type { Capability } from '../../../messages.ts'
import { t, type WordKey } from '../../i18n/i18n.ts'
import { useApp } from './context.ts'

const WORDS: Record<Capability, { name: WordKey; hint: WordKey; key: string | null }> = {
  steal: { name: 'demo.steal', hint: 'demo.steal.hint', key: null },
  kill: { name: 'demo.kill', hint: 'demo.kill.hint', key: 'K' },
  return: { name: 'demo.return', hint: 'demo.return.hint', key: null },
}

export function DemoButton({ capability }: { capability: Capability }) {
  const { store } = useApp()
  const { demo } = store
  const { capabilities, happenings } = demo
  if (!capabilities.value.includes(capability)) return null
  const { name, hint, key } = WORDS[capability]
  // There is nothing to be given back.
  const isLost = happenings.value.some((h) => h.theft?.returnedAt === null)
  if (capability === 'return' && !isLost) return null
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
