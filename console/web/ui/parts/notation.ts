// One notation for numbers that are compared: a target, what is achieved, the gap between them.
import { exact, unitWord } from '../../i18n/format.ts'
import { lang } from '../../i18n/i18n.ts'

export type Notation = {
  value(of: number): string
  unit: string
  /** Value and unit. */
  text(of: number): string
  /** Where what is counted stands beside it: the value, and in Chinese its one-character unit. */
  short(of: number): string
}

type Scale = { from: number; by: number; word: string }
/** Below the first every digit is written, with separators. */
const SCALES: Record<'zh' | 'en', Scale[]> = {
  zh: [
    { from: 1e8, by: 1e8, word: '亿' },
    { from: 1e7, by: 1e4, word: '万' },
  ],
  en: [
    { from: 1e9, by: 1e9, word: 'bn' },
    { from: 1e7, by: 1e6, word: 'm' },
  ],
}

/** `largest` decides for all: 2,960 and 2,800 hundred million, never one of them in another scale. */
export function notation(unit: string, largest: number): Notation {
  if (unit === '1') {
    const value = (of: number) => percent(of * 100)
    const text = (of: number) => `${value(of)}%`
    return { value, unit: '%', text, short: text }
  }
  const isZh = lang.value === 'zh'
  const scale = SCALES[lang.value].find(({ from }) => Math.abs(largest) >= from)
  const word = unitWord(unit, lang.value)
  const digits = unit.startsWith('{') && !scale ? 1 : 10
  const value = (of: number) =>
    exact(Math.round((of / (scale?.by ?? 1)) * digits) / digits, lang.value)
  const sized = scale?.word ?? ''
  const full = isZh ? sized + word : `${sized} ${word}`.trim()
  const after = (of: number, words: string) =>
    words === '' ? value(of) : `${value(of)}${isZh ? '' : ' '}${words}`
  return {
    ...{ value, unit: full },
    text: (of) => after(of, full),
    short: (of) => after(of, isZh ? full : sized),
  }
}

const percent = (of: number): string => {
  const [whole, part] = of.toFixed(1).split('.')
  return `${exact(Number(whole), lang.value)}.${part}`
}
