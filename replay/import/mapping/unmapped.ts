// Why a line became no record: what was got, and what the mapping expected there.

/** Thrown while one line is mapped, caught by who reads lines; never seen outside. */
export class Unmapped extends Error {
  readonly got: string
  readonly expected: string
  constructor(got: string, expected: string) {
    super(`got ${got}, expected ${expected}`)
    this.name = 'Unmapped'
    this.got = got
    this.expected = expected
  }
}
