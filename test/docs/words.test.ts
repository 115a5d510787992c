// Words that gave way do not come back, in code and comments.
import { expect, it } from 'vitest'
import { repositoryFiles } from '../repository.ts'

/** Word → what is said instead (docs/words.md). */
const GAVE_WAY: [RegExp, string][] = [
  [/\bmanners\b/i, 'preflight'],
  [/\b[mM]ortal(?![a-z])/, 'killable'],
  [/\b[lL]eaky(?![a-z])/, 'lossy'],
  [/\bpassed[- ]over\b/i, 'ignored'],
  [/\b[lL]ook-?[bB]ack(?![a-z])/, 'reverse scan'],
  [/\b[rR]etrac(e|ed|ing)(?![a-z])/, 'resimulate'],
  [/\b[sS]trangers?(?![a-z])/, 'unexpected record, another program'],
  [/\bdeeds?\b/i, 'injected fault'],
  [/\bnobody's business\b/i, 'plain words'],
  [/\btakes? its leave\b/i, 'plain words'],
  [/\bbeats? its heart\b/i, 'sends heartbeats'],
  [/\bmourners?\b/i, 'listeners'],
  [/\b(was|were|is|are|be|been) told\b(?! (apart|from))/, 'is published, is reported, is asked'],
]

const SAID = /\.(ts|tsx)$/
/** Names the words themselves. */
const EXEMPT = /^test\/docs\/words/

type Found = { at: string; word: string; instead: string }

function found(files: Map<string, string>): Found[] {
  return [...files].flatMap(([path, text]) => {
    if (!SAID.test(path) || EXEMPT.test(path)) return []
    return text.split('\n').flatMap((line, i) =>
      GAVE_WAY.flatMap(([pattern, instead]) => {
        const word = pattern.exec(line)?.[0]
        return word === undefined ? [] : [{ at: `${path}:${i + 1}`, word, instead }]
      }),
    )
  })
}

it('keeps the words that gave way out of code and comments', () => {
  const left = found(repositoryFiles())
  expect(left.map(({ at, word, instead }) => `${at}: "${word}"; say ${instead}`)).toEqual([])
})

it('catches a planted one', () => {
  const planted = (text: string) => found(new Map([['infra/a.ts', text]])).map(({ word }) => word)
  expect(planted('// What was told of it.\nconst lookBack = 1 // a Stranger')).toEqual([
    'was told',
    'lookBack',
    'Stranger',
  ])
  expect(planted('// Two clients can be told apart; immortal; a looking-glass.')).toEqual([])
})
