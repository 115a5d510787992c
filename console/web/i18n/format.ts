// Numbers, units, times and ages in the page's language; the city's zone is always used for times.
import type { Lang } from './i18n.ts'

/** The city is so far ahead of UTC, all year: to make a format that knows its zone takes longer than all else on the first screen. */
const ZONE_MS = 8 * 3_600_000
const LOCALE: Record<Lang, string> = { zh: 'zh-CN', en: 'en-GB' }
/** From here on a number is written compactly (万, 亿, K, M). */
const COMPACT_FROM = 100_000

type BilingualWord = Record<Lang, string>

/** Physical units (UCUM codes) to words. */
const UNITS: Record<string, BilingualWord> = {
  s: { zh: '秒', en: 's' },
  ms: { zh: '毫秒', en: 'ms' },
  min: { zh: '分钟', en: 'min' },
  h: { zh: '小时', en: 'h' },
  d: { zh: '天', en: 'd' },
  km: { zh: '千米', en: 'km' },
  deg: { zh: '度', en: 'degrees' },
  CNY: { zh: '元', en: 'yuan' },
}

/** Words for things that are counted, `{car}` and the like: each run brings its own. */
let counted: Record<string, BilingualWord> = {}

/** Takes the units of a run's declarations and plan; those of the run before are forgotten. */
export function learnUnits(units: (Record<string, BilingualWord> | undefined)[]): void {
  counted = Object.assign({}, ...units)
}

const cache = new Map<string, unknown>()

/** Making one takes longer than all that it writes. */
function kept<Format>(key: string, make: () => Format): Format {
  const made = (cache.get(key) as Format | undefined) ?? make()
  cache.set(key, made)
  return made
}

const numberFormat = (lang: Lang, options: Intl.NumberFormatOptions): Intl.NumberFormat =>
  kept(`n${lang}${JSON.stringify(options)}`, () => new Intl.NumberFormat(LOCALE[lang], options))

/** The word for a unit code; '' for a plain fraction or number; an unknown annotation loses its braces. */
export function unitWord(unit: string, lang: Lang): string {
  if (unit === '1' || unit === '') return ''
  return (UNITS[unit] ?? counted[unit])?.[lang] ?? unit.replace(/[{}]/g, '')
}

/** A whole number with separators: 1,204,311. */
export const whole = (value: number, lang: Lang): string =>
  numberFormat(lang, { maximumFractionDigits: 0 }).format(value)

/** 12.3万 / 123K from 100,000 on; below that the number itself with at most `digits` decimals. */
export function compact(value: number, lang: Lang, digits = 1): string {
  if (Math.abs(value) < COMPACT_FROM) {
    return numberFormat(lang, {
      maximumFractionDigits: Number.isInteger(value) ? 0 : digits,
    }).format(value)
  }
  const wide = lang === 'zh' ? 2 : 1
  return numberFormat(lang, {
    notation: 'compact',
    maximumFractionDigits: Math.max(digits, wide),
  }).format(value)
}

/** In at most three figures: 2.9万, 29K. */
export const brief = (value: number, lang: Lang): string =>
  numberFormat(lang, { notation: 'compact', maximumSignificantDigits: 3 }).format(value)

/** Value and unit apart, so that a tile can set them in two sizes; a fraction becomes a percentage. */
export function quantity(value: number, unit: string, lang: Lang): { value: string; unit: string } {
  if (unit === '1') {
    const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 }
    return { value: numberFormat(lang, digits).format(value * 100), unit: '%' }
  }
  // Things are counted whole: an expectation of 95,708.1 sites would be false precision.
  const exactly = unit.startsWith('{') ? Math.round(value) : value
  return { value: compact(exactly, lang), unit: unitWord(unit, lang) }
}

/** `quantity` as one text. */
export function quantityText(value: number | null, unit: string, lang: Lang): string {
  if (value === null) return '–'
  const parts = quantity(value, unit, lang)
  if (parts.unit === '') return parts.value
  return parts.unit === '%' || lang === 'zh'
    ? `${parts.value}${parts.unit}`
    : `${parts.value} ${parts.unit}`
}

/** A number exactly as it was computed, with separators only. */
export const exact = (value: number | null, lang: Lang): string =>
  value === null ? '–' : numberFormat(lang, { maximumFractionDigits: 6 }).format(value)

const inCity = (ms: number): Date => new Date(ms + ZONE_MS)

/** 18:05 */
export const hourMinute = (ms: number): string => inCity(ms).toISOString().slice(11, 16)

/** 18:05:30 */
export const hourMinuteSecond = (ms: number): string => inCity(ms).toISOString().slice(11, 19)

/** The seconds alone, two digits; the zone has whole minutes. */
export const seconds = (ms: number): string =>
  String(Math.floor((((ms / 1000) % 60) + 60) % 60)).padStart(2, '0')

/** 2025-06-18, in either language. */
export const date = (ms: number): string => inCity(ms).toISOString().slice(0, 10)

/** 周三 / Wed */
export const weekday = (ms: number, lang: Lang): string =>
  lang === 'zh'
    ? `周${'日一二三四五六'[inCity(ms).getUTCDay()]}`
    : inCity(ms).toUTCString().slice(0, 3)

/** A span of time in words, one unit: 45 秒, 12 min. */
export function span(ms: number, lang: Lang): string {
  const abs = Math.max(0, ms)
  const units: [number, string, string][] = [
    [86_400_000, '天', 'd'],
    [3_600_000, '小时', 'h'],
    [60_000, '分', 'min'],
    [1_000, '秒', 's'],
  ]
  const [size, zhWord, enWord] = units.find(([u]) => abs >= 2 * u) ?? units[3]
  const count = whole(Math.round(abs / size), lang)
  return `${count} ${lang === 'zh' ? zhWord : enWord}`
}

/** 12.3 MB */
export function bytes(count: number, lang: Lang): string {
  const units = ['B', 'kB', 'MB', 'GB']
  const power = Math.min(3, count < 1000 ? 0 : Math.floor(Math.log10(count) / 3))
  return `${numberFormat(lang, { maximumFractionDigits: 1 }).format(count / 1000 ** power)} ${units[power]}`
}

/** 30× or 29.8× */
export const speedText = (speed: number, lang: Lang): string =>
  `${numberFormat(lang, { maximumFractionDigits: speed < 100 ? 1 : 0 }).format(speed)}×`

/** Events per second; a line where the server cannot say yet. */
export const rateText = (perSecond: number | null | undefined, of: Lang): string =>
  typeof perSecond === 'number' ? whole(perSecond, of) : '—'
