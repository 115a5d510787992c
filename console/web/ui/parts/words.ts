// Words for what events and assets carry: labels of fields, and of values that are codes, from the declaration alone.
import { date, exact, hourMinute, quantityText } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import type { DomainDeclaration } from '../../store/kpi/measures.ts'

type DeclaredField = DomainDeclaration['events'][number]['fields'][string]

/** All that is declared under this name: by an event, or of the asset itself. */
function declared({ events, attributes }: DomainDeclaration, name: string): DeclaredField[] {
  const found = [...events.map((event) => event.fields[name]), attributes?.[name]]
  return found.filter((words) => words !== undefined)
}

/** The field's label; its name where nobody has words for it. */
export const fieldLabel = (declaration: DomainDeclaration, name: string): string =>
  tx(declared(declaration, name)[0]?.label) || name

/** The word for a code of this field, or of a state; the code itself where nobody has one. */
export function codeWord(declaration: DomainDeclaration, name: string, code: string): string {
  return tx(wordIn(declared(declaration, name), code)) || stateWord(declaration, code) || code
}

/** The word for a code that stands by itself: of a state, or of any field. */
export function anyCodeWord(declaration: DomainDeclaration, code: string): string {
  const fields = [...declaration.events.map((e) => e.fields), declaration.attributes ?? {}]
  const all = fields.flatMap((of) => Object.values(of))
  return stateWord(declaration, code) || tx(wordIn(all, code)) || code
}

const wordIn = (list: DeclaredField[], code: string) =>
  list.find(({ values }) => values && code in values)?.values?.[code]

const stateWord = ({ layer }: DomainDeclaration, code: string): string =>
  tx(layer?.states.find((s) => s.code === code)?.label)

/** A value as a person reads it: numbers with separators, yes and no, words for codes, lists without brackets. */
export function valueText(declaration: DomainDeclaration, name: string, value: unknown): string {
  if (typeof value === 'number') return exact(value, lang.value)
  if (typeof value === 'boolean') return t(value ? 'ui.yes' : 'ui.no')
  if (typeof value === 'string') return instantText(value) ?? codeWord(declaration, name, value)
  if (Array.isArray(value)) {
    return value.map((item) => valueText(declaration, name, item)).join(' · ')
  }
  if (value !== null && typeof value === 'object') {
    const parts = Object.values(value)
    return parts.map((part) => valueText(declaration, name, part)).join(': ')
  }
  return '–'
}

export type Bar = { name: string; size: number; text: string }

/** A list whose declaration says how it is drawn; null for everything else. */
export function barsOf(declaration: DomainDeclaration, name: string, value: unknown): Bar[] | null {
  const field = declared(declaration, name).find(({ bars }) => bars)
  if (!field?.bars || !Array.isArray(value)) return null
  const { each, by, size } = field.bars
  return value.map((item: Record<string, unknown>) => ({
    name: `${tx(each)} ${item[by]}`,
    size: Number(item[size]),
    text: quantityText(Number(item[size]), field.unit ?? '1', lang.value),
  }))
}

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/

/** An instant in the city's time; null for a text that is none. */
function instantText(text: string): string | null {
  const ms = INSTANT.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(ms) ? null : `${date(ms)} ${hourMinute(ms)}`
}
