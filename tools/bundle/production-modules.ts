// Packages that run beside the server: what package.json depends on, less what only the page's build needs, and theirs in turn.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { Problem, problemText } from '../../infra/problem.ts'

export type ModulePackage = {
  name: string
  version: string
  license: string
  /** From the repository's root, with slashes. */
  folder: string
}

type Manifest = {
  name: string
  version: string
  license?: string
  dependencies?: Record<string, string>
}

const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

/** `pageOnly` = names of those that the built page already contains, or that build it. Sorted by folder. */
export function productionModules(root: string, pageOnly: readonly string[]): ModulePackage[] {
  const found = new Map<string, ModulePackage>()
  const add = (name: string, from: string) => {
    const folder = resolved(root, name, from)
    const place = relative(root, folder).replaceAll('\\', '/')
    if (found.has(place)) return
    const { version, license, dependencies = {} } = manifestOf(folder)
    found.set(place, { name, version, license: license ?? 'not stated', folder: place })
    for (const needed of Object.keys(dependencies)) add(needed, folder)
  }
  const { dependencies = {} } = manifestOf(root)
  for (const name of Object.keys(dependencies)) if (!pageOnly.includes(name)) add(name, root)
  return [...found.values()].sort((a, b) => (a.folder < b.folder ? -1 : 1))
}

/** As Node finds it: in the nearest node_modules from `from` upwards. */
function resolved(root: string, name: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(join(candidate, 'package.json'))) return candidate
    if (folder === root || folder === dirname(folder)) break
  }
  throw new Problem(problemText(`package ${name}`, 'not installed', 'it installed', 'run `npm ci`'))
}
