// Everything that is wrong with a command's arguments, by its schema.
import type { TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/schema'
import { Settings } from 'typebox/system'
import { problemText, shown } from '../../../infra/problem.ts'

/** More would help nobody, and anybody may have made thousands. */
const SHOWN_PROBLEMS = 20
const MOST_ERRORS = 200

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
  const wrong = errorsOf(validator, args)
  const problems = wrong
    .slice(0, SHOWN_PROBLEMS)
    .map((e) =>
      problemText(
        `${where}${e.instancePath}`,
        shown(at(args, e.instancePath)),
        wordsOf(schema, e.schemaPath) ?? e.message,
      ),
    )
  const more = wrong.length - SHOWN_PROBLEMS
  return more > 0 ? [...problems, `and ${more} more`] : problems
}

/** A union is reported once per branch before itself; its own words say what forms there are. */
function errorsOf(validator: Validator, args: Record<string, unknown>) {
  const { maxErrors } = Settings.Get()
  Settings.Set({ maxErrors: MOST_ERRORS })
  try {
    const [, errors] = validator.Errors(args)
    const kept = errors.filter((e) => e.keyword !== 'boolean' && !/\/anyOf\/\d+/.test(e.schemaPath))
    return kept.length > 0 ? kept : errors
  } finally {
    Settings.Set({ maxErrors })
  }
}

/** What a schema itself says is expected. */
function wordsOf(schema: TSchema, schemaPath: string): string | undefined {
  return (at(schema, schemaPath.replace(/^#/, '')) as { expected?: string } | undefined)?.expected
}

function at(value: unknown, pointer: string): unknown {
  const steps = pointer.split('/').slice(1)
  return steps.reduce<unknown>(
    (v, step) => (typeof v === 'object' && v !== null ? (v as Record<string, unknown>)[step] : v),
    value,
  )
}
