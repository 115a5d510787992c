// A measure's declaration as a formula in words: what is added up, over what, divided by what.
import { t } from '../../i18n/i18n.ts'
import type { DeclaredKpi, DeclaredMeasure } from '../../store/kpi/measures.ts'
import { anyCodeWord, codeWord, fieldLabel } from '../parts/words.ts'

type MeasureExpr = NonNullable<DeclaredMeasure['value']>
type FormulaWords = {
  field(name: string): string
  code(field: string, code: string): string
  anyCode(code: string): string
}

/** As the events have it, for engineers: names of fields and codes, no words. */
const RAW: FormulaWords = {
  field: (name) => name,
  code: (_, code) => `'${code}'`,
  anyCode: (code) => `'${code}'`,
}

/** `Σ (space − occupied)`, `Σ volume × delay ÷ Σ volume`, with the fields' labels and the words for codes, or with their names. */
export function formulaText({ measure, declaration }: DeclaredKpi, isRaw = false): string {
  const labels: FormulaWords = {
    field: (name) => fieldLabel(declaration, name),
    code: (field, code) => codeWord(declaration, field, code),
    anyCode: (code) => anyCodeWord(declaration, code),
  }
  const words = isRaw ? RAW : labels
  const sum = (expr: MeasureExpr | undefined) =>
    expr === 1 ? t('formula.events') : `Σ ${exprText(expr ?? 0, words, TIGHT)}`
  switch (measure.kind) {
    case 'ratio':
    case 'gauge':
      return `${sum(measure.used)} ÷ ${sum(measure.of)}`
    case 'share': {
      const counts = measure.counts ?? true
      const condition = counts === true ? t('formula.any') : exprText(counts, words)
      return `${t('formula.assets', { condition })} ÷ ${t('formula.planned')}`
    }
    default:
      return sum(measure.value)
  }
}

const SIGNS = { eq: '=', ne: '≠', lt: '<', le: '≤', gt: '>', ge: '≥' } as const
const LOOSE = 0
const TIGHT = 1

/** `binding` TIGHT puts a sum in brackets, because something stands before or after it. */
function exprText(expr: MeasureExpr, words: FormulaWords, binding = LOOSE): string {
  if (typeof expr === 'number') return String(expr).replace('-', '−')
  if (typeof expr === 'boolean') return t(expr ? 'ui.yes' : 'ui.no')
  if (typeof expr === 'string') return words.anyCode(expr)
  const list = (parts: MeasureExpr[], sign: string) =>
    parts.map((part) => exprText(part, words, TIGHT)).join(` ${sign} `)
  const bracketed = (text: string) => (binding === TIGHT ? `(${text})` : text)
  if ('field' in expr) return words.field(expr.field)
  if ('mul' in expr) return list(expr.mul, '×')
  if ('add' in expr) return bracketed(list(expr.add, '+'))
  if ('sub' in expr) return bracketed(list(expr.sub, '−'))
  if ('and' in expr) return bracketed(list(expr.and, t('formula.and')))
  if ('or' in expr) return bracketed(list(expr.or, t('formula.or')))
  if ('not' in expr) return bracketed(`${t('formula.not')} ${exprText(expr.not, words, TIGHT)}`)
  if ('if' in expr) {
    const [condition, value, otherwise] = expr.if
    if (condition === true) return exprText(value, words, binding)
    const parts = {
      condition: exprText(condition, words),
      value: exprText(value, words),
      otherwise: exprText(otherwise, words),
    }
    return `[${t(otherwise === 0 ? 'formula.when' : 'formula.if', parts)}]`
  }
  const [sign, [left, right]] = Object.entries(expr)[0] as [
    keyof typeof SIGNS,
    [MeasureExpr, MeasureExpr],
  ]
  const side = (one: MeasureExpr, other: MeasureExpr) =>
    typeof one === 'string' && typeof other === 'object' && 'field' in other
      ? words.code(other.field, one)
      : exprText(one, words, TIGHT)
  return bracketed(`${side(left, right)} ${SIGNS[sign]} ${side(right, left)}`)
}
