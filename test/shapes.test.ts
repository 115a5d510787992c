// Functions fit a screen and a type's name means one thing, but for a list that only gets shorter; planted violations are caught.
import { describe, expect, it } from 'vitest'
import { repositoryFiles } from './repository.ts'
import { longFunctions, misshapen } from './shapes.ts'
import { LONG_FUNCTIONS } from './shapes-allowed.ts'

const lines = (count: number) => Array.from({ length: count }, (_, i) => `  call(${i})`).join('\n')
const planted = (text: string, path = 'infra/a.ts') => misshapen(new Map([[path, text]]), {}, [])

describe('shapes', () => {
  it('hold in every file', () => {
    expect(misshapen(repositoryFiles())).toEqual([])
  })

  it('says why each long function is long', () => {
    for (const [at, reason] of Object.entries(LONG_FUNCTIONS))
      expect(reason.length, at).toBeGreaterThan(20)
  })
})

describe('shapes: planted violations', () => {
  it.each([
    ['long', `export function long() {\n${lines(79)}\n}`],
    ['arrow', `const arrow = () => {\n${lines(79)}\n}`],
    ['method', `class A {\n  method() {\n${lines(79)}\n  }\n}`],
    ['own', `export const a = {\n  own: () => {\n${lines(79)}\n  },\n}`],
  ])('catches a function of 81 lines by its name: %s', (name, text) => {
    expect(planted(text)).toEqual([`infra/a.ts ${name}: 81 lines, expected at most 80; split it`])
    expect(planted(text.replace('  call(0)\n', ''))).toEqual([])
    expect(longFunctions(new Map([['test/a.ts', text]])).size).toBe(0)
  })

  it('catches an excuse that nothing needs', () => {
    const idle = { 'infra/a.ts long': 'it was long once' }
    expect(misshapen(new Map([['infra/a.ts', '']]), idle, [])).toEqual([
      'infra/a.ts long: no longer over 80 lines; take it off test/shapes-allowed.ts',
    ])
    expect(misshapen(new Map(), {}, ['Run'])).toEqual([
      'Run: no longer shared; take it off test/shapes-allowed.ts',
    ])
  })

  it('catches a type name with two meanings, also where only one of them is exported', () => {
    const two = (a: string, b: string) =>
      misshapen(
        new Map([
          ['infra/a.ts', a],
          ['seeds/b.ts', b],
        ]),
        {},
        [],
      )
    const both = ['Run: a type in infra/a.ts and seeds/b.ts; give each its own name']
    expect(two('export type Run = 1', 'export interface Run {}')).toEqual(both)
    expect(two('export class Run {}', 'type Run = 2')).toEqual(both)
    expect(two('type Run = 1', 'type Run = 2')).toEqual([])
  })
})
