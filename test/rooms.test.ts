// The rooms are in order, and each rule catches its planted violation.
import { describe, expect, it } from 'vitest'
import { repositoryFiles } from './repository.ts'
import { disorder, floors } from './rooms.ts'

const planted = (...files: [path: string, text: string][]): string[] => disorder(new Map(files))
const README: [string, string][] = [
  ['infra/README.md', 'What lives here.\nWhere to begin.\n'],
  ['infra/kafka/README.md', 'What lives here.\nWhere to begin.\n'],
]
const floor = (count: number, at = 'infra') =>
  Array.from({ length: count }, (_, i): [string, string] => [`${at}/a${i}.ts`, ''])

describe('rooms', () => {
  it('are in order', () => {
    const files = repositoryFiles()
    expect(floors(files).size).toBeGreaterThan(20)
    expect(disorder(files)).toEqual([])
  })
})

describe('rooms: planted violations', () => {
  it('catches a floor of more than 14 source files', () => {
    expect(planted(...README, ...floor(14))).toEqual([])
    expect(planted(...README, ...floor(15))).toEqual([
      'infra/: 15 source files, expected at most 14; give those that belong together a folder',
    ])
    expect(planted(...floor(15, 'test'))).toEqual([])
  })

  it('catches a folder of the first or second level without a README, or with a long one', () => {
    const deep: [string, string] = ['infra/kafka/consume/a.ts', '']
    expect(planted(deep)).toEqual([
      expect.stringMatching(/^infra\/: no README.md/),
      expect.stringMatching(/^infra\/kafka\/: no README.md/),
    ])
    expect(planted(deep, ...README)).toEqual([])
    expect(
      planted(deep, README[0], ['infra/kafka/README.md', `# title\n\n${'line\n'.repeat(6)}`]),
    ).toEqual(['infra/kafka/README.md: 6 lines, expected 2 to 5'])
  })

  it('catches a circle of imports, types included, and names its files', () => {
    const circle = planted(
      ...README,
      ['infra/a.ts', `import type { B } from './b.ts'`],
      ['infra/b.ts', `import { c } from './c.ts'`],
      ['infra/c.ts', `export const a = async () => await import('./a.ts')`],
      ['infra/d.ts', `import { a } from './a.ts'`],
    )
    expect(circle).toEqual([
      'infra/a.ts: imports run in a circle: infra/a.ts, infra/b.ts, infra/c.ts',
    ])
    expect(planted(...README, ['infra/a.ts', `import { a } from './a.ts'`])).toHaveLength(1)
  })
})
