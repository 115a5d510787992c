// A measure's expression in SQL that means the same to the last decimal; what SQL would compute otherwise is refused in words.
import type { Expr } from '../../../producers/contract/measures.ts'
import type { EventTable } from '../tables/event-table.ts'

/** Why something is not computed in SQL. */
export class NotInSql extends Error {}

type SqlKind = 'text' | 'number' | 'boolean'
type Typed = { sql: string; kind: SqlKind }

/** Made by `analysis.sql` itself: a number as a decimal, and an error where it has more than four decimals. */
export const DECIMAL_MACRO = `CREATE OR REPLACE MACRO exact_decimal(x) AS
  CASE WHEN x IS NULL OR CAST(CAST(x AS DECIMAL(18,4)) AS DOUBLE) = x THEN CAST(x AS DECIMAL(18,4))
    ELSE error('a number with more than four decimals') END;`
/** As an integer times 10^-decimals, and an error where it is none. */
export const SCALED_MACRO = `CREATE OR REPLACE MACRO exact_scaled(x, factor) AS
  CASE WHEN x IS NULL THEN NULL
    WHEN CAST(x AS DECIMAL(28,6)) = x
      AND CAST(CAST(CAST(x AS DECIMAL(28,6)) * factor AS HUGEINT) AS DECIMAL(37,6)) = CAST(x AS DECIMAL(28,6)) * factor
    THEN CAST(CAST(x AS DECIMAL(28,6)) * factor AS HUGEINT)
    ELSE error('a term with more decimals than its measure declares') END;`

/** Over the columns of one type of event. */
export const expressionSql = (expr: Expr, table: EventTable): string => typed(expr, table).sql

export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`
export const sqlName = (name: string): string => `"${name.replaceAll('"', '""')}"`

function typed(expr: Expr, table: EventTable): Typed {
  if (typeof expr === 'string') return { sql: sqlText(expr), kind: 'text' }
  if (typeof expr === 'number') return { sql: numberSql(expr), kind: 'number' }
  if (typeof expr === 'boolean') return { sql: String(expr), kind: 'boolean' }
  if ('field' in expr) return fieldSql(expr.field, table)
  if ('if' in expr) return choice(expr.if, table)
  if ('not' in expr) {
    return { sql: `(NOT ${of('boolean', expr.not, table)})`, kind: 'boolean' }
  }
  const [name, operands] = Object.entries(expr)[0] as [string, Expr[]]
  if (name === 'eq' || name === 'ne') return equality(name === 'eq' ? '=' : '<>', operands, table)
  const operator = OPERATORS[name]
  if (!operator) throw new NotInSql(`"${name}"`)
  const [sign, takes, kind] = operator
  const all = operands.map((it) => of(takes, it, table))
  return { sql: `(${all.join(` ${sign} `)})`, kind }
}

/** By name: how it is written, what it takes and what it makes. */
const OPERATORS: Record<string, [string, SqlKind, SqlKind]> = {
  lt: ['<', 'number', 'boolean'],
  le: ['<=', 'number', 'boolean'],
  gt: ['>', 'number', 'boolean'],
  ge: ['>=', 'number', 'boolean'],
  and: ['AND', 'boolean', 'boolean'],
  or: ['OR', 'boolean', 'boolean'],
  add: ['+', 'number', 'number'],
  sub: ['-', 'number', 'number'],
  mul: ['*', 'number', 'number'],
}

function of(kind: SqlKind, expr: Expr, table: EventTable): string {
  const found = typed(expr, table)
  if (found.kind === kind) return found.sql
  throw new NotInSql(`${JSON.stringify(expr)} is ${found.kind} where ${kind} is needed`)
}

function equality(sign: string, [a, b]: Expr[], table: EventTable): Typed {
  const left = typed(a, table)
  return { sql: `(${left.sql} ${sign} ${of(left.kind, b, table)})`, kind: 'boolean' }
}

function choice([condition, then, otherwise]: Expr[], table: EventTable): Typed {
  const { sql, kind } = typed(then, table)
  const other = of(kind, otherwise, table)
  const when = of('boolean', condition, table)
  return { sql: `CASE WHEN ${when} THEN ${sql} ELSE ${other} END`, kind }
}

function numberSql(value: number): string {
  const text = String(value)
  if (/^-?\d{1,14}(\.\d{1,4})?$/.test(text)) return text
  throw new NotInSql(`the number ${text}`)
}

function fieldSql(field: string, { event, fields }: EventTable): Typed {
  const found = fields.find((it) => it.field === field)
  if (!found) throw new NotInSql(`"${event.name}" has no field "${field}"`)
  const { required = [] } = event.schema as unknown as { required?: string[] }
  // NULL is equal to nothing and other than nothing: an absent field is not.
  if (!required.includes(field)) throw new NotInSql(`"${field}" may be absent`)
  const column = sqlName(found.column)
  switch (found.kind) {
    case 'text':
    case 'boolean':
      return { sql: column, kind: found.kind }
    case 'integer':
      return { sql: `CAST(${column} AS DECIMAL(9,0))`, kind: 'number' }
    case 'number':
      return { sql: `exact_decimal(${column})`, kind: 'number' }
    default:
      throw new NotInSql(`"${field}" is a list or an object`)
  }
}
