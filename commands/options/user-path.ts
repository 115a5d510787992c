// Where a path that the user gives begins: where the user stands, also behind `npm start`, which goes to the package's folder.
import { join, resolve } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

/** `-` is standard input. npm says in INIT_CWD where it was called; it counts only when npm has gone elsewhere since. */
export function userPath(
  path: string,
  env: Record<string, string | undefined> = process.env,
  cwd = process.cwd(),
): string {
  if (path === '-') return '/dev/stdin'
  const calledByNpm = env.INIT_CWD && env.npm_lifecycle_event && cwd === ROOT
  return resolve(calledByNpm ? (env.INIT_CWD as string) : cwd, path)
}
