// The code stays short enough to read: sizes, headers, names, repetition and dead code, each rule with a planted violation.
import { describe, expect, it } from 'vitest'
import type { Sources } from './architecture.ts'
import { repositoryFiles } from './repository.ts'
import { untidy } from './tidiness.ts'

const HEADER = '// What this file is for.\n'
const lines = (count: number, of = (i: number) => `const a${i} = ${i}`) =>
  Array.from({ length: count }, (_, i) => of(i)).join('\n')

const planted = (...files: [path: string, text: string][]): string[] => untidy(new Map(files))

describe('tidiness', () => {
  it('holds in every file', () => {
    const files: Sources = repositoryFiles()
    expect(files.size).toBeGreaterThan(300)
    expect(untidy(files)).toEqual([])
  })
})

describe('tidiness: planted violations', () => {
  it.each([
    ['infra/a.ts', `${HEADER}${lines(400)}`],
    ['console/web/styles/a.css', lines(401, (i) => `.a${i} {}`)],
    ['seeds/city/plan.json', lines(401, (i) => `"a${i}": 1,`)],
  ])('catches a file over 400 lines that does not say why: %s', (path, text) => {
    const tooLong = (source: string) => planted([path, source]).filter((v) => !/median/.test(v))
    expect(tooLong(text)).toEqual([expect.stringMatching(/^.*:401: 401 lines; split it/)])
    expect(tooLong(text.replace('1', '1 // Long because it is a table.'))).toEqual([])
    expect(tooLong(text.slice(0, text.lastIndexOf('\n')))).toEqual([])
  })

  it('catches a typical file that is long', () => {
    const sized = (folder: string, ...sizes: number[]) =>
      planted(
        ...sizes.map((size, k): [string, string] => [
          `${folder}/a${k}.ts`,
          HEADER + lines(size - 1, (i) => `const a${k}x${i} = ${i}`),
        ]),
      )
    expect(sized('infra', 131, 131, 5)).toEqual([
      'sources: the median file has 131 lines, expected at most 130',
    ])
    expect(sized('test', 140, 131)).toEqual([
      'tests: the median file has 131 lines, expected at most 130',
    ])
    expect(sized('infra', 130, 130, 399)).toEqual([])
  })

  it('catches a file that does not say what it is for', () => {
    expect(planted(['infra/a.ts', 'const a = 1\n'])).toEqual([
      'infra/a.ts:1: no header; say in its first line what the file is for',
    ])
    expect(planted(['infra/a.ts', '\n// What it is for.\n'])).toHaveLength(1)
    expect(planted(['infra/a.d.ts', 'type A = 1\n'])).toEqual([])
  })

  it.each(['infra/memoryLog.ts', 'infra/Memory.ts', 'infra/memory_log.ts'])(
    'catches %s, which is not kebab-case',
    (path) => expect(planted([path, HEADER])).toEqual([`${path}:1: not kebab-case`]),
  )

  it.each([
    'infra/utils.ts',
    'infra/helpers/time.ts',
    'common/a.ts',
    'console/server/index.ts',
    'infra/manager.ts',
  ])('catches %s, which names no thing', (path) => {
    expect(planted([path, HEADER])).toEqual([expect.stringContaining('a vague name')])
  })

  it('catches a block of more than 15 lines that stands twice, comments and imports aside', () => {
    const block = (count: number) => lines(count)
    const one = `${HEADER}import { x } from './x.ts'\n${block(16)}\nconst one = 1\n`
    const two = `${HEADER}const two = 2\n// another comment\n${block(16)}\n`
    expect(planted(['infra/one.ts', one], ['infra/two.ts', two])).toEqual([
      'infra/two.ts:4: 16 lines as at infra/one.ts:3; let one place serve both',
    ])
    const fewer = [one, two].map((text) => text.replace('const a15 = 15\n', ''))
    expect(planted(['infra/one.ts', fewer[0]], ['infra/two.ts', fewer[1]])).toEqual([])
    expect(planted(['infra/one.ts', `${one}${block(16)}\n`])).toHaveLength(1)
  })

  it('catches a value that is exported and imported by nobody', () => {
    const dead = `${HEADER}export const alive = 1\nexport function dead() {}\nexport type T = 1\n`
    const unused = ['infra/a.ts:1: nobody imports dead; delete it, or keep it to the file']
    const a: [string, string] = ['infra/a.ts', dead]
    expect(planted(a, ['infra/b.ts', `${HEADER}import { alive } from './a.ts'`])).toEqual(unused)
    for (const use of [
      `import { alive, dead } from '../infra/a.ts'`,
      `import * as a from '../infra/a.ts'`,
      `export { alive, dead as other } from '../infra/a.ts'`,
      `const { alive, dead } = await import('../infra/a.ts')`,
      `import { alive } from '../infra/a.ts'; (await import('../infra/a.ts')).dead()`,
      `import { alive } from '../infra/a.ts'; part(() => import('../infra/a.ts'), 'dead')`,
    ]) {
      const others = planted(a, ['test/b.ts', `${HEADER}${use}`]).filter((v) => v.includes('dead'))
      expect(others, use).toEqual([])
    }
    expect(planted(['producers/contract/a.ts', dead])).toEqual([])
  })
})
