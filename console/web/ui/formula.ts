// A measure's declaration as a formula in words: what is added up, over what, divided by what.
import type { RunView } from '../../messages.ts'
import { t, tx } from '../i18n/i18n.ts'
import type { Kpi } from '../store/measures.ts'

type Measure = RunView['declarations'][string]['measures'][number]
type Expr = NonNullable<Measure['value']>
type Namer = (field: string) => string

/** `Σ (space − occupied)`, `Σ volume × delay ÷ Σ volume`, with the fields' labels. */
export function formulaText({ measure, declaration }: Kpi): string {
  const names: Namer = (field) => {
    const event = declaration.events.find((e) => e.fields[field])
    return event ? tx(event.fields[field].label) : field
  }
  const sum = (expr: Expr | undefined) =>
    expr === 1 ? t('formula.events') : `Σ ${exprText(expr ?? 0, names, TIGHT)}`
  switch (measure.kind) {
    case 'ratio':
    case 'gauge':
      return `${sum(measure.used)} ÷ ${sum(measure.of)}`
    case 'share': {
      const counts = measure.counts ?? true
      const condition = counts === true ? t('formula.any') : exprText(counts, names)
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
function exprText(expr: Expr, names: Namer, binding = LOOSE): string {
  if (typeof expr === 'number') return String(expr).replace('-', '−')
  if (typeof expr === 'boolean') return t(expr ? 'ui.yes' : 'ui.no')
  if (typeof expr === 'string') return expr
  const list = (parts: Expr[], sign: string) =>
    parts.map((part) => exprText(part, names, TIGHT)).join(` ${sign} `)
  const bracketed = (text: string) => (binding === TIGHT ? `(${text})` : text)
  if ('field' in expr) return names(expr.field)
  if ('mul' in expr) return list(expr.mul, '×')
  if ('add' in expr) return bracketed(list(expr.add, '+'))
  if ('sub' in expr) return bracketed(list(expr.sub, '−'))
  if ('and' in expr) return bracketed(list(expr.and, t('formula.and')))
  if ('or' in expr) return bracketed(list(expr.or, t('formula.or')))
  if ('not' in expr) return bracketed(`${t('formula.not')} ${exprText(expr.not, names, TIGHT)}`)
  if ('if' in expr) {
    const [condition, value, otherwise] = expr.if
    if (condition === true) return exprText(value, names, binding)
    const words = {
      condition: exprText(condition, names),
      value: exprText(value, names),
      otherwise: exprText(otherwise, names),
    }
    return `[${t(otherwise === 0 ? 'formula.when' : 'formula.if', words)}]`
  }
  const [sign, [left, right]] = Object.entries(expr)[0] as [keyof typeof SIGNS, [Expr, Expr]]
  return bracketed(
    `${exprText(left, names, TIGHT)} ${SIGNS[sign]} ${exprText(right, names, TIGHT)}`,
  )
}
