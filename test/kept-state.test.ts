// Whatever changes while a city is simulated is saved with it; each field that is forgotten is named, planted ones and real ones.
import { describe, expect, it } from 'vitest'
import { forgottenAmong, forgottenState } from './kept-state.ts'
import { repositoryFiles } from './repository.ts'

const planted = (text: string) =>
  forgottenState(new Map([['producers/domains/parking/a.ts', text]])).map(
    (line) => line.split(' may change')[0].split(': ').slice(1).join(': '), // without its place
  )
const lot = (fields: string, body = '', state = '') =>
  planted(
    `class Lots {\n${fields}\n  wake(i: number) {\n${body}\n  }\n  state(walk) {\n${state}\n  }\n}`,
  )

describe('what changes is saved', () => {
  it('in every class and every function that is simulated', () => {
    expect(forgottenState(repositoryFiles())).toEqual([])
  })

  it('and each line that saves a field is missed when it is gone', () => {
    const files = new Map(
      [...repositoryFiles()].filter(([path]) => /^(producers|infra)\//.test(path)),
    )
    const isSaving = /^ +(this\.[#\w.]+ = )?walk\.\w+\(this\.[#\w]+\)$/
    const forgotten = forgottenAmong(files)
    let removed = 0
    for (const [path, text] of files) {
      for (const [k, line] of text.split('\n').entries()) {
        if (!isSaving.test(line)) continue
        const without = text.split('\n').toSpliced(k, 1).join('\n')
        removed++
        expect(forgotten([path, without]), `${path}: ${line}`).not.toEqual([])
      }
    }
    expect(removed).toBeGreaterThan(100)
  })
})

describe('what changes is saved: planted violations', () => {
  it.each([
    ['a number', '  #next = 0', 'this.#next = 1', 'Lots.#next'],
    ['a column', '  readonly #at: Float64Array', 'this.#at[i] = 1', 'Lots.#at'],
    ['a column that others get', '  readonly #at: Float64Array', 'sort(this.#at)', 'Lots.#at'],
    ['a column that others see', '  readonly at: Float64Array', '', 'Lots.at'],
    ['a list', '  readonly #cars: number[] = []', 'this.#cars.push(1)', 'Lots.#cars'],
    ['a map', '  readonly #spells = new Map()', 'this.#spells.set(i, 1)', 'Lots.#spells'],
    ['an object', '  readonly #lot: LotState = { size: 0 }', 'this.#lot.size++', 'Lots.#lot'],
    ['a part of unknown kind', '  readonly #cars: ParkedCars', 'this.#cars.leave(i)', 'Lots.#cars'],
  ])('catches %s', (_, field, body, found) => {
    const name = found.split('.')[1]
    expect(lot(field, body)).toEqual([found])
    const saving =
      name === '#next' ? 'this.#next = walk.number(this.#next)' : `walk.x(this.${name})`
    expect(lot(field, body, saving)).toEqual([])
    expect(lot(`  /** Not saved: for a reason. */\n${field}`, body)).toEqual([])
  })

  it('lets alone what is only read, and what never changes', () => {
    expect(lot('  readonly #at: Float64Array', 'return this.#at[i] + this.#at.length')).toEqual([])
    expect(lot('  readonly #name: string\n  readonly #context: SimulationContext')).toEqual([])
  })

  it('reads on in a method that state hands its walk to, and in no other', () => {
    const inPieces = 'for (const piece of this.pieces(walk)) void piece }\n *pieces(walk) {'
    const field = '  readonly #at: Float64Array'
    expect(lot(field, 'this.#at[i] = 1', `${inPieces} walk.x(this.#at)`)).toEqual([])
    expect(lot(field, 'this.#at[i] = 1', inPieces)).toEqual(['Lots.#at'])
    expect(lot(field, 'this.#at[i] = 1', '}\n pieces(walk) { walk.x(this.#at)')).toEqual([
      'Lots.#at',
    ])
  })

  it('is not content with a number that is passed and not taken back', () => {
    expect(lot('  #next = 0', '', 'walk.number(this.#next)')).toEqual(['Lots.#next'])
  })

  it('catches a class without state, and what holds one', () => {
    const two = 'class Cars {\n  #n = 0\n}\nclass Lots {\n  readonly #cars: Cars\n}'
    expect(planted(two)).toEqual(['Cars.#n', 'Lots.#cars'])
  })

  it.each([
    ['a variable', 'let n = 0', 'n++', 'createLots: n'],
    ['a column', 'const at = new Float64Array(9)', 'at[1] = 2', 'createLots: at'],
    ['a map', 'const known = new Map()', 'known.set(1, 2)', 'createLots: known'],
    [
      'a stream',
      "const { stay } = createStreams(context, ['stay'])",
      'stay.uniform(1)',
      'createLots: stay',
    ],
  ])('catches what a function keeps: %s', (_, kept, body, found) => {
    const made = (state: string, mark = '') =>
      planted(`function createLots() {\n${mark}${kept}\nreturn { wake() { ${body} }, ${state} }\n}`)
    expect(made('')).toEqual([found])
    expect(made(`state(walk) { walk.x(${found.split(': ')[1]}) }`)).toEqual([])
    expect(made('', '// Not saved: for a reason.\n')).toEqual([])
  })

  it('catches what would be shared by all kernels', () => {
    expect(planted('let calls = 0')).toEqual(['calls'])
  })
})
