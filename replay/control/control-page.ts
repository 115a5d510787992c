// A page of the index in memory: its text, and of each line what whoever lends its records asks at once. A record is made when
// it is read: there are tens of thousands of them, of which a seek needs a few.
import { Problem, problemText } from '../../infra/problem.ts'
import { decodeLine, type RecordedRecord } from '../recording/line.ts'
import { bodyAt, headAt } from '../recording/lines/line-heads.ts'

const NEWLINE = 0x0a

export class ControlPage {
  readonly #text: Buffer
  readonly #where: string
  /** Where each line ends, its newline included. */
  readonly #ends: number[] = []
  readonly #offsets: number[] = []
  /** In Latin-1, as far as somebody has asked. */
  readonly #keys: (string | null)[] = []

  /** Throws a Problem where it is no page; `where` names it. */
  constructor(text: Buffer, where: string) {
    this.#text = text
    this.#where = where
    for (let from = 0; from < text.length; ) {
      const to = text.indexOf(NEWLINE, from)
      if (to < 0) throw new Problem(problemText(where, 'a line without an end', 'a newline'))
      this.#ends.push(to + 1)
      const head = headAt(text, from)
      this.#offsets.push(head ? head.offset : Number(this.record(this.#ends.length - 1).offset))
      from = to + 1
    }
  }

  offset(line: number): number {
    return this.#offsets[line]
  }

  /** In Latin-1. */
  key(line: number): string | null {
    const known = this.#keys[line]
    if (known !== undefined) return known
    const key = this.#keyIn(line)
    this.#keys[line] = key
    return key
  }

  /** Throws a Problem that names the page where it is none. */
  record(line: number): RecordedRecord {
    const record = decodeLine(this.#text.subarray(this.#begin(line), this.#ends[line] - 1))
    if (typeof record !== 'string') return record
    throw new Problem(`${this.#where}: line ${line + 1}: ${record}`)
  }

  #begin(line: number): number {
    return line === 0 ? 0 : this.#ends[line - 1]
  }

  #keyIn(line: number): string | null {
    const head = headAt(this.#text, this.#begin(line))
    const body = head && bodyAt(this.#text, head)
    if (!head || !body) return this.record(line).key?.toString('latin1') ?? null
    return body.keyEnd === null ? null : this.#text.toString('latin1', head.keyAt, body.keyEnd)
  }
}
