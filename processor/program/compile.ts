// Compiles a measure's expression to closures over one event's `data`, after checking it against the event schemas.
import type { TSchema } from 'typebox'
import type { collector } from '../../infra/problem.ts'
import type { Expr } from '../../producers/contract/measures.ts'

export type EventData = Record<string, unknown>
export type FieldValue = number | string | boolean
export type ValueType = 'number' | 'string' | 'boolean'
export type CompileProblems = ReturnType<typeof collector>

/** `values` lists what a field with a closed set of values can be. */
type Typed = {
  type: ValueType
  values?: readonly FieldValue[]
  run: (data: EventData) => FieldValue
}
type FieldType = { type: ValueType; values?: readonly FieldValue[] }
type Context = { schemas: TSchema[]; where: string; problems: CompileProblems }
type NumberOf = (data: EventData) => number
type TruthOf = (data: EventData) => boolean

const ANY: readonly ValueType[] = ['number', 'string', 'boolean']

/**
 * Compiles `expr`, which must yield `type` for every event schema given. Misuse is added to `problems` under `where`
 * (`<domain>.<measure>.<part>`); then the returned function must not be called.
 */
export function compileExpr(
  expr: Expr,
  type: ValueType,
  schemas: TSchema[],
  where: string,
  problems: CompileProblems,
): (data: EventData) => FieldValue {
  return expect(expr, [type], { schemas, where, problems }).run
}

function expect(expr: Expr, types: readonly ValueType[], context: Context): Typed {
  const typed = compile(expr, context)
  if (typed && !types.includes(typed.type)) {
    context.problems.add(
      context.where,
      `${JSON.stringify(expr)} of type ${typed.type}`,
      types.join(' or '),
    )
  }
  return typed ?? { type: types[0], run: () => Number.NaN }
}

/** Null when a problem was reported: the caller goes on to find the others. */
function compile(expr: Expr, context: Context): Typed | null {
  if (typeof expr !== 'object' || expr === null) return literal(expr, context)
  if ('field' in expr) return fieldOf(expr.field, context)
  if ('eq' in expr || 'ne' in expr) return equality(expr, context)
  if ('lt' in expr) return comparison(expr.lt, (a, b) => (d) => a(d) < b(d), context)
  if ('le' in expr) return comparison(expr.le, (a, b) => (d) => a(d) <= b(d), context)
  if ('gt' in expr) return comparison(expr.gt, (a, b) => (d) => a(d) > b(d), context)
  if ('ge' in expr) return comparison(expr.ge, (a, b) => (d) => a(d) >= b(d), context)
  if ('and' in expr) return { type: 'boolean', run: all(truths(expr.and, context)) }
  if ('or' in expr) return { type: 'boolean', run: some(truths(expr.or, context)) }
  if ('not' in expr) {
    const [x] = truths([expr.not], context)
    return { type: 'boolean', run: (d) => !x(d) }
  }
  if ('add' in expr) return { type: 'number', run: sum(numbers(expr.add, context)) }
  if ('sub' in expr) {
    const [a, b] = numbers(expr.sub, context)
    return { type: 'number', run: (d) => a(d) - b(d) }
  }
  if ('mul' in expr) return { type: 'number', run: product(numbers(expr.mul, context)) }
  if ('if' in expr) return choice(expr.if, context)
  const operators = Object.keys(expr).join(', ')
  context.problems.add(context.where, `operator "${operators}"`, 'one of measures.ts')
  return null
}

function literal(value: FieldValue, context: Context): Typed | null {
  const type = typeof value
  if (type === 'number' || type === 'string' || type === 'boolean') {
    return { type, values: [value], run: () => value }
  }
  context.problems.add(context.where, `literal ${JSON.stringify(value)}`, ANY.join(', '))
  return null
}

function fieldOf(name: string, context: Context): Typed | null {
  let found: FieldType | null = null
  for (const schema of context.schemas) {
    const { properties = {}, required = [] } = schema as {
      properties?: Record<string, TSchema>
      required?: string[]
    }
    if (!Object.hasOwn(properties, name) || !required.includes(name)) {
      const known = required.join(', ')
      context.problems.add(context.where, `field "${name}"`, `a required field of data: ${known}`)
      return null
    }
    const type = schemaType(properties[name])
    if (!type || (found && found.type !== type.type)) {
      context.problems.add(context.where, `field "${name}"`, 'one scalar type in all its events')
      return null
    }
    found = found ? { type: type.type, values: union(found.values, type.values) } : type
  }
  if (!found) {
    context.problems.add(
      context.where,
      `field "${name}"`,
      'an event type that carries it; name one in `on`',
    )
    return null
  }
  return { ...found, run: (d) => d[name] as FieldValue }
}

function union(
  a?: readonly FieldValue[],
  b?: readonly FieldValue[],
): readonly FieldValue[] | undefined {
  return a && b ? [...a, ...b] : undefined
}

/** Scalar type of a property's JSON Schema, with its values when they are a closed set; null = not a scalar. */
function schemaType(schema: TSchema): FieldType | null {
  const s = schema as { const?: FieldValue; enum?: FieldValue[]; anyOf?: TSchema[]; type?: string }
  if (s.const !== undefined) return closed([s.const])
  if (s.enum) return closed(s.enum)
  if (s.anyOf) {
    const options = s.anyOf.map(schemaType)
    const first = options[0]
    if (!first || options.some((o) => o?.type !== first.type)) return null
    const values = options.flatMap((o) => o?.values ?? [])
    return options.every((o) => o?.values) ? { type: first.type, values } : { type: first.type }
  }
  if (s.type === 'integer' || s.type === 'number') return { type: 'number' }
  if (s.type === 'string' || s.type === 'boolean') return { type: s.type }
  return null
}

function closed(values: FieldValue[]): FieldType | null {
  const type = typeof values[0] as ValueType
  return ANY.includes(type) && values.every((v) => typeof v === type) ? { type, values } : null
}

function equality(expr: { eq: [Expr, Expr] } | { ne: [Expr, Expr] }, context: Context): Typed {
  const wanted = 'eq' in expr
  const operands = wanted ? expr.eq : expr.ne
  const [a, b] = operands.map((x) => expect(x, ANY, context))
  if (a.type !== b.type) {
    context.problems.add(context.where, JSON.stringify(expr), 'two operands of one type')
  } else if (a.values && b.values && !a.values.some((v) => b.values!.includes(v))) {
    // Such a comparison never changes: a misspelt literal.
    context.problems.add(context.where, JSON.stringify(expr), `one of ${a.values.join(', ')}`)
  }
  const right = operands[1]
  if (typeof right !== 'object') {
    const left = a.run
    return { type: 'boolean', run: wanted ? (d) => left(d) === right : (d) => left(d) !== right }
  }
  return {
    type: 'boolean',
    run: wanted ? (d) => a.run(d) === b.run(d) : (d) => a.run(d) !== b.run(d),
  }
}

function comparison(
  operands: [Expr, Expr],
  build: (a: NumberOf, b: NumberOf) => TruthOf,
  context: Context,
): Typed {
  const [a, b] = numbers(operands, context)
  return { type: 'boolean', run: build(a, b) }
}

function choice([condition, then, otherwise]: [Expr, Expr, Expr], context: Context): Typed {
  const [test] = truths([condition], context)
  const a = expect(then, ANY, context)
  const b = expect(otherwise, [a.type], context)
  return {
    type: a.type,
    values: union(a.values, b.values),
    run: (d) => (test(d) ? a.run(d) : b.run(d)),
  }
}

function numbers(exprs: readonly Expr[], context: Context): NumberOf[] {
  return operandsOf(exprs, 'number', context) as NumberOf[]
}

function truths(exprs: readonly Expr[], context: Context): TruthOf[] {
  return operandsOf(exprs, 'boolean', context) as TruthOf[]
}

function operandsOf(exprs: readonly Expr[], type: ValueType, context: Context) {
  if (exprs.length === 0) context.problems.add(context.where, 'no operands', 'at least one')
  return exprs.map((x) => expect(x, [type], context).run)
}

// Two operands are the usual case and need no loop.
function all(xs: TruthOf[]): TruthOf {
  const [a, b] = xs
  if (xs.length === 2) return (d) => a(d) && b(d)
  return (d) => {
    for (const x of xs) if (!x(d)) return false
    return true
  }
}

function some(xs: TruthOf[]): TruthOf {
  const [a, b] = xs
  if (xs.length === 2) return (d) => a(d) || b(d)
  return (d) => {
    for (const x of xs) if (x(d)) return true
    return false
  }
}

function sum(xs: NumberOf[]): NumberOf {
  return (d) => {
    let total = 0
    for (const x of xs) total += x(d)
    return total
  }
}

function product(xs: NumberOf[]): NumberOf {
  const [a, b] = xs
  if (xs.length === 2) return (d) => a(d) * b(d)
  return (d) => {
    let total = 1
    for (const x of xs) total *= x(d)
    return total
  }
}
