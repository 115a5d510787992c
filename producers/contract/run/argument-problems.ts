// Everything that is wrong with a command's arguments, by its schema.
import type { TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/schema'
import { problemText, shown } from '../../../infra/problem.ts'

/** More would help nobody, and anybody may have made thousands. */
const SHOWN_PROBLEMS = 20

const validators = new WeakMap<object, Validator>()

/** Everything that is wrong with a command's arguments. */
export function argumentProblems(
  schema: TSchema,
  args: Record<string, unknown>,
  where = 'args',
): string[] {
  const validator = validators.get(schema) ?? Compile(schema)
  validators.set(schema, validator)
  if (validator.Check(args)) return []
  const [, errors] = validator.Errors(args)
  const wrong = errors.filter((e) => e.keyword !== 'boolean')
  const problems = wrong
    .slice(0, SHOWN_PROBLEMS)
    .map((e) =>
      problemText(`${where}${e.instancePath}`, shown(at(args, e.instancePath)), e.message),
    )
  const more = wrong.length - SHOWN_PROBLEMS
  return more > 0 ? [...problems, `and ${more} more`] : problems
}

function at(value: unknown, pointer: string): unknown {
  const steps = pointer.split('/').slice(1)
  return steps.reduce<unknown>(
    (v, step) => (typeof v === 'object' && v !== null ? (v as Record<string, unknown>)[step] : v),
    value,
  )
}
