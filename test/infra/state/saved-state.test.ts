// What is saved comes back to the bit; what is damaged, another's or of other code is a Problem, whoever sealed it.
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { restoreState, saveState } from '../../../infra/state/saved-state.ts'
import type { HasState, StateWalk } from '../../../infra/state/state-walk.ts'
import { refusal } from '../../refusal.ts'

const OWNER = { scenario: 'storm', shard: '0 of 1' }
const ODD = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, -1.5, 1e300, 5e-324, 2 ** 53]
const WORDS = ['', '花城 🌧', 'a\u0000b', '"\\']

type Car = { at: number; cause: string | undefined; is: boolean }

/** One of everything that a walk can pass. */
class Everything implements HasState {
  n = 0
  flag = false
  text = ''
  maybe: string | undefined
  bytes: Buffer = Buffer.alloc(0)
  plain: unknown = null
  readonly doubles = new Float64Array(ODD.length)
  readonly small = new Uint16Array(3)
  readonly texts: (string | undefined)[] = new Array(5)
  readonly whole: number[] = []
  readonly odd: number[] = []
  readonly cars: Car[] = []
  readonly byName = new Map<string, number>()
  readonly byNumber = new Map<number, string>()
  readonly places = [{ x: 0 }, { x: 0 }]
  parts: HasState[] = []

  state(walk: StateWalk): void {
    this.n = walk.number(this.n)
    this.flag = walk.flag(this.flag)
    this.text = walk.text(this.text)
    this.maybe = walk.maybe(this.maybe)
    this.bytes = walk.bytes(this.bytes)
    this.plain = walk.plain(this.plain)
    walk.numbers(this.doubles)
    walk.numbers(this.small)
    walk.texts(this.texts)
    walk.growing(this.whole)
    walk.growing(this.odd)
    walk.list(this.cars, { at: 0, cause: undefined, is: false }, ({ at, cause, is }) => ({
      ...{ at: walk.number(at), cause: walk.maybe(cause), is: walk.flag(is) },
    }))
    walk.map(this.byName, 0, (n) => walk.number(n))
    walk.map(this.byNumber, '', (text) => walk.text(text))
    walk.each(this.places, (place) => {
      place.x = walk.number(place.x)
    })
    walk.parts(this.parts)
  }
}

function full(): Everything {
  const one = new Everything()
  Object.assign(one, { n: -0, flag: true, text: WORDS[1], maybe: '', bytes: Buffer.from([0, 255]) })
  one.plain = { list: [1, -0, null, undefined, 'x'], of: { bytes: Buffer.from('z') }, no: false }
  one.doubles.set(ODD)
  one.small.set([1, 65_535, 0])
  one.texts[3] = WORDS[2]
  one.whole.push(1, -7, 2 ** 31 - 1)
  one.odd.push(...ODD)
  one.cars.push({ at: Number.NaN, cause: 'i-1', is: true }, { at: 2, cause: undefined, is: false })
  for (const [k, word] of WORDS.entries()) one.byName.set(word, k).set(`${word}!`, -0)
  one.byNumber.set(3, 'c').set(-0.5, WORDS[1])
  one.places[1].x = 9
  return one
}

/** As somebody would seal it who means harm. */
function sealed(saved: Uint8Array, change: (body: Buffer) => Buffer): Buffer {
  const bytes = Buffer.from(saved)
  const bodyAt = bytes.indexOf('\n') + 1 + 32
  const body = change(Buffer.from(bytes.subarray(bodyAt)))
  const seal = createHash('sha256').update(body).digest()
  return Buffer.concat([bytes.subarray(0, bodyAt - 32), seal, body])
}

describe('a saved state', () => {
  it('comes back to the bit, in what is new and in what has held something else', () => {
    const saved = saveState(OWNER, full())
    const used = full()
    used.cars.push({ at: 1, cause: 'x', is: true })
    used.byName.set('more', 1)
    used.texts.fill('other')
    used.odd.length = 1
    for (const other of [new Everything(), used]) {
      restoreState(OWNER, other, saved)
      expect(other).toEqual(full())
      expect(Object.is(other.n, -0)).toBe(true)
      expect([...other.byName.keys()]).toEqual([...full().byName.keys()])
      expect(Buffer.compare(saveState(OWNER, other), saved)).toBe(0)
    }
  })

  it('is larger than any piece of it', () => {
    const many = () => ({ column: new Float64Array(1_500_000), list: [] as number[] })
    const partOf = ({ column, list }: ReturnType<typeof many>): HasState => ({
      state(walk) {
        walk.numbers(column)
        walk.growing(list)
      },
    })
    const from = many()
    from.column.forEach((_, i) => {
      from.column[i] = i / 7
    })
    for (let i = 0; i < 700_000; i++) from.list.push(i / 3)
    const to = many()
    restoreState({}, partOf(to), saveState({}, partOf(from)))
    expect(Buffer.compare(Buffer.from(to.column.buffer), Buffer.from(from.column.buffer))).toBe(0)
    expect(to.list).toEqual(from.list)
  })

  it('says what cannot be saved', () => {
    const late: HasState = { state: (walk) => walk.refuse('not now') }
    expect(refusal(() => saveState({}, late))).toBe('not now')
    const strange = Object.assign(new Everything(), { plain: new Date(0) })
    expect(() => saveState({}, strange)).toThrow('no plain data')
  })
})

describe('bytes that are no such state', () => {
  const saved = saveState(OWNER, full())
  const restore = (bytes: Uint8Array, owner: Record<string, string> = OWNER, part = full()) =>
    refusal(() => restoreState(owner, part, bytes))

  it('are refused wherever they are cut off or flipped, and nothing is changed', () => {
    const part = full()
    for (let at = 0; at < saved.length; at++) {
      const flipped = Buffer.from(saved)
      flipped[at] ^= 1 << (at % 8)
      expect(restore(flipped, OWNER, part)).toMatch(/saved state: .*, expected .*; save it anew/)
      expect(restore(saved.subarray(0, at), OWNER, part)).toMatch(/saved state: .*expected/)
    }
    expect(restore(Buffer.concat([saved, Buffer.alloc(1)]), OWNER, part)).toContain('damaged')
    expect(part).toEqual(full())
  })

  it('are refused by what differs: whose they are, and the code', () => {
    const other = restore(saved, { ...OWNER, scenario: 'fair' })
    expect(other).toContain('scenario "storm", expected scenario "fair"')
    expect(restore(saved, { ...OWNER, run: 'r-1' })).toContain('run unknown, expected run "r-1"')
    class Other extends Everything {
      override state(walk: StateWalk): void {
        this.flag = walk.flag(this.flag)
      }
    }
    expect(restore(saved, OWNER, new Other())).toMatch(/code "\w+", expected code "\w+"/)
  })

  it('have one layout whatever is remembered', () => {
    const codeOf = (part: HasState) =>
      /code.{1,16}?([0-9a-f]{16})/s.exec(String(saveState({}, part)))?.[1]
    expect(codeOf(full())).toMatch(/^[0-9a-f]{16}$/)
    expect(codeOf(new Everything())).toBe(codeOf(full()))
  })

  it('are refused, never more than that, when somebody sealed them anew', () => {
    let refused = 0
    for (let at = 0; at < saved.length - 100; at++) {
      const bytes = sealed(saved, (body) => {
        body[at % body.length] ^= 0xff
        return body
      })
      // Where a number is another one nobody can tell; whatever breaks is a Problem.
      if (restore(bytes) !== 'nothing was refused') refused++
    }
    expect(refused).toBeGreaterThan(50)
    expect(restore(sealed(saved, (body) => body.subarray(0, -3)))).toContain('expected')
    expect(restore(sealed(saved, (body) => Buffer.concat([body, body])))).toContain(
      'expected the end',
    )
  })

  it('are refused where plain data goes too deep', () => {
    const deep = new Everything()
    for (let k = 0; k < 40; k++) deep.plain = [deep.plain]
    expect(restore(saveState(OWNER, deep))).toContain('at most 32 levels')
  })
})
