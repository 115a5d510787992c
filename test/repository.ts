// The repository's own files as text, for tests that hold rules over all of them.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sources } from './architecture.ts'

export const ROOT = join(import.meta.dirname, '..')
const SKIPPED = new Set(['node_modules', 'dist', 'artifacts', 'coverage', 'data', 'shared'])
const TEXT = /\.(ts|tsx|css|html|json|md|yml|yaml|js|sh|py|sql)$/

/** Every text file by its path from the root; dot folders, build output and installed packages left out. */
export function repositoryFiles(folder = ''): Sources {
  const files: Sources = new Map()
  for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
    if (entry.name.startsWith('.') || SKIPPED.has(entry.name)) continue
    const path = folder + entry.name
    if (entry.isDirectory()) for (const [p, t] of repositoryFiles(`${path}/`)) files.set(p, t)
    else if (TEXT.test(path)) files.set(path, readFileSync(join(ROOT, path), 'utf8'))
  }
  return files
}
