// What a JSON Schema of arguments says about a form: its fields in order, what stands in them first, and what is sent.
import { exact, unitWord } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import { partsOf } from './duration.ts'

export type Property = {
  type?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: { const?: unknown }[]
  minimum?: number
  maximum?: number
  default?: unknown
  /** In both languages: `方案号 / plan`. */
  title?: string
  /** In both languages, like the title. */
  description?: string
  /** As that of a declared field. */
  unit?: string
  /** A text that is an ISO 8601 duration; its bounds are such texts too. */
  duration?: { least?: string; most?: string }
}

export type FieldOf = { name: string; property: Property; needed: boolean }
export type FormValues = Record<string, unknown>

export function fieldsOf(schema: object): FieldOf[] {
  const { properties = {}, required = [] } = schema as {
    properties?: Record<string, Property>
    required?: string[]
  }
  return Object.entries(properties).map(([name, property]) => ({
    name,
    property,
    needed: required.includes(name),
  }))
}

/** 「甲 / a」 in the page's language. */
export function bilingual(text: string | undefined): string {
  if (text === undefined) return ''
  const [zh, en = zh] = text.split(' / ')
  return tx({ zh, en })
}

/** The values a property may have when it has few. */
export function choices(property: Property): unknown[] | null {
  if (property.enum) return property.enum
  if (property.anyOf?.every((o) => 'const' in o)) return property.anyOf.map((o) => o.const)
  if ('const' in property) return [property.const]
  return property.type === 'boolean' ? [true, false] : null
}

/** What stands in the fields before anybody wrote. */
export const firstValues = (fields: FieldOf[]): FormValues =>
  Object.fromEntries(fields.map(({ name, property }) => [name, firstValue(property)]))

function firstValue(property: Property): unknown {
  if (property.default !== undefined) return property.default
  const list = choices(property)
  if (list) return list[0]
  return property.type === 'string' ? '' : (property.minimum ?? 0)
}

/** What is sent: a text that need not be there and is empty is left out. */
export const argumentsOf = (fields: FieldOf[], values: FormValues): FormValues =>
  Object.fromEntries(
    fields
      .filter(({ name, needed }) => needed || values[name] !== '')
      .map(({ name }) => [name, values[name]]),
  )

/** Bounds, unit and default in words: 「1–6，默认 2」; what may stay empty says so. */
export function hintOf({ property, needed }: FieldOf): string {
  const parts = [rangeText(property)]
  if (property.type === 'string' && !property.duration && !choices(property)) {
    if (!needed) parts.push(t('field.optional'))
  }
  const { default: first } = property
  if (typeof first === 'number') parts.push(t('field.default', { value: exact(first, lang.value) }))
  if (property.duration && typeof first === 'string') {
    parts.push(t('field.default', { value: durationText(first) }))
  }
  return parts.filter(Boolean).join(lang.value === 'zh' ? '，' : ', ')
}

/** As it would stand in the field: 「1 小时」. */
function durationText(text: string): string {
  const { count, unit } = partsOf(text)
  return `${count} ${t(`unit.${unit}`)}`
}

function rangeText({ minimum, maximum, unit = '1', duration }: Property): string {
  const word = unitWord(unit, lang.value)
  const [least, most] = duration
    ? [duration.least, duration.most].map((d) => d && durationText(d))
    : [minimum, maximum].map((n) => (n === undefined ? n : exact(n, lang.value)))
  if (!least && !most) return word
  const range = least && most ? `${least}–${most}` : least ? `≥ ${least}` : `≤ ${most}`
  return word ? `${range} ${word}` : range
}
