// Keys of a page over two recordings: its own, and of the live page's those that mean something here.
import { useEffect } from 'preact/hooks'
import { t, type WordKey } from '../../i18n/i18n.ts'
import { type BesideWord, say } from './words.ts'

/** By physical key. All others of the live page would lead to views that are not here. */
const KEPT =
  /^(?:Space|Equal|Minus|Numpad(?:Add|Subtract|[1-9])|Digit[1-9]|Key[DFGNTZCHOY]|Comma|Escape|F5|Slash)$/

export type BesideMoves = { first(): void; window(isBack: boolean): void }

const ROWS: [string[], WordKey | BesideWord][] = [
  [['Space'], 'help.pause'],
  [['+', '−'], 'help.speed'],
  [['J'], 'first'],
  [['U', '⇧U'], 'nextWindow'],
  [[','], 'help.replay.event'],
  [['Z', 'C'], 'help.replay.window'],
  [['H', '⇧H'], 'help.replay.next'],
  [['O'], 'help.replay.loop'],
  [['Y'], 'help.replay.link'],
  [['1', '…'], 'help.layers'],
  [['D'], 'help.district'],
  [['F'], 'help.fit'],
  [['N'], 'help.density'],
  [['T'], 'help.theme'],
  [['G'], 'help.lang'],
  [['Esc'], 'help.esc'],
  [['?'], 'help.help'],
]

/** Keys and what they do, in the page's language. */
export const keyRows = () =>
  ROWS.map(([keys, word]) => {
    const text = word.startsWith('help.') ? t(word as WordKey) : say(word as BesideWord)
    return { keys, text }
  })

/** Before anybody else hears of them: what is not kept reaches nobody. */
export function useBesideKeys(moves: BesideMoves): void {
  useEffect(() => {
    const down = (event: KeyboardEvent) => {
      const { code, key, ctrlKey, metaKey, altKey, shiftKey, repeat, target } = event
      if (ctrlKey || metaKey || altKey) return
      // Letters typed into a field, and what moves the focus or scrolls, are the browser's.
      if (/^(?:INPUT|SELECT|TEXTAREA)$/.test((target as Element).tagName ?? '')) return
      if (!/^(?:Key|Digit|Numpad|Bracket|Page|F5|Home$|Period|Slash)/.test(code)) return
      const isOurs = code === 'KeyJ' || code === 'KeyU'
      const isHelp = code !== 'Slash' || shiftKey || key === '?'
      if (KEPT.test(code) && isHelp && !isOurs) return
      event.stopImmediatePropagation()
      if (!isOurs || repeat) return
      event.preventDefault()
      if (code === 'KeyJ') moves.first()
      else moves.window(shiftKey)
    }
    addEventListener('keydown', down, true)
    return () => removeEventListener('keydown', down, true)
  })
}
