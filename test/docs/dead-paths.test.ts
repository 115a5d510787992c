// Documents and comments name files that are there; planted mentions of others are caught.
import { describe, expect, it } from 'vitest'
import { repositoryFiles } from '../repository.ts'
import { deadPaths } from './dead-paths.ts'

/** A small tree with one more line in the document, or one more comment. */
const planted = (line: string, comment = '') =>
  deadPaths(
    new Map([
      ['docs/guide.md', `# A guide\n\n## 1. What to do\n\n${line}`],
      ['docs/other.md', '# Other\n'],
      ['infra/kafka/log.ts', `// A log of infra/kafka/.\n// ${comment}\nexport {}`],
    ]),
    (path) => path === 'docs/picture.png',
  )

describe('paths in documents and comments', () => {
  it('lead somewhere', () => {
    expect(deadPaths(repositoryFiles())).toEqual([])
  })

  it.each([
    'see `infra/kafka/log.ts`, `kafka/log.ts` or `log.ts` in `infra/kafka/` and infra/kafka',
    'a file `seeds/<city>/parking.json`, `seeds/*/plan.ts`, `infra/read-*.ts`, `./my.json`, https://a.example/infra/x.ts',
    '[one](other.md), [two](#1-what-to-do), [three](other.md#other), [four](picture.png), [five](../infra/kafka/log.ts)',
    'made by `npm run build`: console/web/dist/, infra/dist/a.js',
  ])('are let be: %s', (line) => {
    expect(planted(line)).toEqual([])
  })

  it.each([
    ['infra/log.ts', 'infra/log.ts'],
    ['`memory/log.ts`', 'memory/log.ts'],
    ['(gone.ts)', 'gone.ts'],
    ['in `infra/memory/`', 'infra/memory/'],
    ['`infra/kafka/topology.json`.', 'infra/kafka/topology.json'],
    ['[one](gone.md)', 'gone.md'],
    ['[one](#2-what-else)', '#2-what-else'],
    ['[one](other.md#another)', 'other.md#another'],
  ])('are caught when they lead nowhere: %s', (line, dead) => {
    const violation = `docs/guide.md:5: ${dead} is not there; name what took its place`
    expect(planted(line)).toEqual([violation])
  })

  it('are caught in comments, and not in code', () => {
    const violation = 'infra/kafka/log.ts:2: gone.ts is not there; name what took its place'
    expect(planted('', 'as in gone.ts')).toEqual([violation])
    expect(deadPaths(new Map([['infra/a.ts', "export const b = 'gone.ts'"]]))).toEqual([])
  })
})
