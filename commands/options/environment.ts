// The variables of the environment as they are meant: an empty one (`PORT=`) counts as not set.

export type Environment = Record<string, string | undefined>

/** A copy without empty variables. */
export function environment(env: Environment = process.env): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
}
