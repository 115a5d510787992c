// What the engine room says of another engine: lag, waiting windows, rewritten cells, and other runs only where there are any.
import { describe, expect, it } from 'vitest'
import { figuresOf } from '../../../../../console/web/ui/other-engine/figures.ts'
import { WORDS } from '../../../../../console/web/ui/other-engine/words.ts'

const readings = {
  ...{ topic: 'city.kpi.flink', engine: 'flink-sql' as const, lag: 5 },
  ...{ waiting: 2, rewritten: 1, otherRuns: 0 },
}
const said = (of: Parameters<typeof figuresOf>[0]) =>
  figuresOf(of).map(({ name, value }) => [name.en, value])

describe('the figures of another engine', () => {
  it('are its lag, its waiting windows and its rewritten cells', () => {
    expect(said(readings)).toEqual([
      ['events Flink has not read', 5],
      ['windows waiting for scopes', 2],
      ['cells rewritten', 1],
    ])
  })

  it('count lines of other runs where there are any', () => {
    expect(said({ ...readings, otherRuns: 3 }).at(-1)).toEqual([WORDS.otherRuns.en, 3])
  })

  it('are unknown before the first answer, and a lag that nobody wrote down stays unknown', () => {
    expect(said(undefined).map(([, value]) => value)).toEqual([null, null, null])
    expect(said({ ...readings, lag: null })[0]).toEqual(['events Flink has not read', null])
  })

  it('have words in both languages', () => {
    const texts = [WORDS.source, ...WORDS.notIts.flatMap(({ what, why }) => [what, why])]
    for (const { zh, en } of [...texts, ...figuresOf(readings).map(({ name }) => name)]) {
      expect(zh).toMatch(/\p{Script=Han}/u)
      expect(en).not.toMatch(/\p{Script=Han}/u)
    }
  })
})
