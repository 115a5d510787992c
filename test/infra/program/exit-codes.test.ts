// One table of exit codes: the code uses no other numbers, and help and docs say the same.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { overview } from '../../../commands/options/help.ts'
import { EXIT_CODES, exitCodesLine, exitCodesTable } from '../../../infra/program/exit-codes.ts'
import { repositoryFiles } from '../../repository.ts'

const ROOT = join(import.meta.dirname, '../../..')
const PARTS = /^(cli\.ts|(commands|infra|seeds|producers|processor|console\/server|audit|load)\/)/
/** An exit code that is written as a number: `exitCode = 1`, `exit(1)`, the last argument of a Problem. */
const NUMBER =
  /exitCode\s*=\s*[\d(]|\bexit\(\d|EXIT_[A-Z]+\s*=\s*\d|new Problem\((?:[^()`']|`[^`]*`|'[^']*'|\([^()]*\))*,\s*\d+,?\s*\)/g

const numbersIn = (text: string) => [...text.matchAll(NUMBER)].map(([found]) => found)
const squeezed = (text: string) => text.replace(/ +/g, ' ').replace(/-{3,}/g, '---')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

describe('exit codes', () => {
  it('are written as numbers nowhere but in the table', () => {
    const found = [...repositoryFiles()]
      .filter(
        ([path]) =>
          PARTS.test(path) && path.endsWith('.ts') && path !== 'infra/program/exit-codes.ts',
      )
      .flatMap(([path, text]) => numbersIn(text).map((number) => `${path}: ${number}`))
    expect(found).toEqual([])
  })

  it.each([
    'process.exitCode = 1',
    'process.exit(3)',
    'const EXIT_ODD = 7',
    "new Problem('a', 1)",
    'new Problem(\n  `a (c)`,\n  1,\n)',
    "new Problem(problemText('a', b, 'c'), 1)",
  ])('a number is seen in %j', (text) => expect(numbersIn(text)).toHaveLength(1))

  it.each([
    'process.exitCode = EXIT_FAILED',
    'new Problem(`a, 1`)',
    "new Problem(problemText('a', b, 'c'))",
  ])('no number is seen in %j', (text) => expect(numbersIn(text)).toEqual([]))

  it('stand each once in the table', () => {
    const codes = EXIT_CODES.map(({ code }) => code)
    expect(codes).toEqual([0, 1, 2, 3, 99])
  })

  it('are named by the help, the README and the guide for operations as the table has them', () => {
    expect(overview({ a: { summary: '' } })).toContain(exitCodesLine())
    const text = read('README.md').replaceAll('\n', ' ')
    expect(text).toContain(`Exit codes: ${exitCodesLine()}.`)
    expect(squeezed(read('docs/operations.md'))).toContain(squeezed(exitCodesTable()))
  })
})
