// A page of the index in memory: its text, and of each line what whoever lends its records asks at once. A record is made when
// it is read: there are tens of thousands of them, of which a seek needs a few.
import { Problem } from '../../infra/problem.ts'
import { decodeLine, type RecordedRecord } from '../recording/line.ts'
import { eachRecord } from '../recording/segment-reader.ts'

export class ControlPage {
  readonly #text: Buffer
  /** Where each line ends, its newline included. */
  readonly #ends: number[] = []
  readonly #offsets: number[] = []
  readonly #keys: (string | null)[] = []

  /** Throws a Problem where it is no page; `where` names it. */
  constructor(text: Buffer, where: string) {
    this.#text = text
    const problem = eachRecord(text, ({ offset, key }, end) => {
      this.#ends.push(end)
      this.#offsets.push(Number(offset))
      this.#keys.push(key?.toString('latin1') ?? null)
    })
    if (problem !== null) throw new Problem(`${where}: ${problem}`)
  }

  offset(line: number): number {
    return this.#offsets[line]
  }

  /** In Latin-1. */
  key(line: number): string | null {
    return this.#keys[line]
  }

  record(line: number): RecordedRecord {
    const from = line === 0 ? 0 : this.#ends[line - 1]
    return decodeLine(this.#text.subarray(from, this.#ends[line] - 1)) as RecordedRecord
  }
}
