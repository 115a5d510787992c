// Scripts that documents tell people to run are in package.json, and every lane of `npm test` has one.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Sources, Violation } from '../architecture.ts'
import { ROOT, repositoryFiles } from '../repository.ts'

/** They tell what was. */
const HISTORY = ['CHANGELOG.md', 'docs/decisions.md']
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>
}

function missingScripts(files: Sources): Violation[] {
  return [...files]
    .filter(([path]) => path.endsWith('.md') && !HISTORY.includes(path))
    .flatMap(([path, text]) =>
      [...text.matchAll(/npm run (?:-\S+ )*([a-z][a-z:-]*)/g)].map(([, name]) => ({ path, name })),
    )
    .filter(({ name }) => !(name in scripts))
    .map(({ path, name }) => `${path}: npm run ${name} is no script of package.json`)
}

describe('scripts', () => {
  it('that documents name are there', () => {
    expect(missingScripts(repositoryFiles())).toEqual([])
    const planted = new Map([['docs/guide.md', '`npm run check`, then `npm run test:everything`']])
    expect(missingScripts(planted)).toEqual([
      'docs/guide.md: npm run test:everything is no script of package.json',
    ])
  })

  it('exist for every lane', () => {
    const lanes = readFileSync(join(ROOT, 'test/run.ts'), 'utf8').split('const LANES')[1]
    const names = [...lanes.matchAll(/^ {2}(\w+): \{/gm)].map((match) => match[1])
    expect(names).toContain('domain')
    for (const name of names) expect(scripts).toHaveProperty([`test:${name}`])
  })
})
