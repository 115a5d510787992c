// The page's language: words by key, and bilingual texts that arrive with the data.
import { signal } from '@preact/signals'
import { en } from './en.ts'
import { type WordKey, zh } from './zh.ts'

export type Lang = 'zh' | 'en'
export type { WordKey }

export const lang = signal<Lang>('zh')

const DICTIONARIES: Record<Lang, Record<WordKey, string>> = { zh, en }

/** The word for `key` in the page's language, `{name}` replaced from `values`. */
export function t(key: WordKey, values: Record<string, string | number> = {}): string {
  return DICTIONARIES[lang.value][key].replace(/\{(\w+)\}/g, (all, name: string) =>
    name in values ? String(values[name]) : all,
  )
}

/** A bilingual text in the page's language. */
export const tx = (text: { zh: string; en: string } | undefined): string =>
  text ? text[lang.value] : ''
