// A member in memory: its text, and of each line whose record it is and at which offset. A record is made when it is read: whoever
// looks for a place in the events passes by most of them.
import { Problem, problemText } from '../../../infra/problem.ts'
import { MOST_LINES_BYTES } from '../codec.ts'
import { decodeLine, type RecordedRecord } from '../line.ts'
import { headAt, type LinePlace } from './line-heads.ts'

const NEWLINE = 0x0a
type RecordLane = { topic: string; partition: number }

export class MemberLines {
  /** Topic-partitions of which it has records. */
  readonly lanes: RecordLane[] = []
  readonly #where: string
  readonly #text: Buffer
  /** Where each line ends, its newline included. */
  readonly #ends: Uint32Array
  readonly #offsets: Float64Array
  /** Numbers in `lanes`. */
  readonly #laneOf: Uint16Array
  readonly #hasKey: Uint8Array
  readonly #numbers = new Map<string, number[]>()
  readonly #lanesOf = new Map<LinePlace, number>()

  /** Throws a Problem where it has not so many lines; `where` names it. */
  constructor(text: Buffer, count: number, where: string) {
    this.#where = where
    this.#text = text
    // Each has more than these bytes: whatever is said of its number takes no more room than the text.
    const room = Math.min(count, text.length)
    this.#ends = new Uint32Array(room)
    this.#offsets = new Float64Array(room)
    this.#laneOf = new Uint16Array(room)
    this.#hasKey = new Uint8Array(room)
    let line = 0
    for (let from = 0; from < text.length; line++) {
      const to = text.indexOf(NEWLINE, from)
      if (to < 0) throw this.#fault(line, 'got no end of it', 'a newline')
      if (from >= MOST_LINES_BYTES) {
        throw this.#fault(line, 'got more lines', `the last within ${MOST_LINES_BYTES} bytes`)
      }
      if (line === count) break
      this.#ends[line] = to + 1
      this.#note(line, from)
      from = to + 1
    }
    if (line !== count || (count > 0 && this.#ends[count - 1] !== text.length)) {
      throw new Problem(
        problemText(where, 'another number of records', `${count} as the index says`),
      )
    }
  }

  get count(): number {
    return this.#ends.length
  }

  /** Number in `lanes`. */
  lane(line: number): number {
    return this.#laneOf[line]
  }

  offset(line: number): number {
    return this.#offsets[line]
  }

  hasKey(line: number): boolean {
    return this.#hasKey[line] === 1
  }

  /** Throws a Problem that names the line where it is none. */
  record(line: number): RecordedRecord {
    const from = line === 0 ? 0 : this.#ends[line - 1]
    const record = decodeLine(this.#text.subarray(from, this.#ends[line] - 1))
    if (typeof record === 'string') throw new Problem(`${this.#where}: line ${line + 1}: ${record}`)
    return record
  }

  #note(line: number, from: number): void {
    const head = headAt(this.#text, from)
    if (head) {
      this.#laneOf[line] = this.#lanesOf.get(head.place) ?? this.#laneAt(head.place)
      this.#offsets[line] = head.offset
      this.#hasKey[line] = head.hasKey ? 1 : 0
      return
    }
    const { topic, partition, offset, key } = this.record(line)
    this.#laneOf[line] = this.#numberOf(topic, partition)
    this.#offsets[line] = Number(offset)
    this.#hasKey[line] = key === null ? 0 : 1
  }

  #laneAt(place: LinePlace): number {
    const number = this.#numberOf(place.topic, place.partition)
    this.#lanesOf.set(place, number)
    return number
  }

  #numberOf(topic: string, partition: number): number {
    let numbers = this.#numbers.get(topic)
    if (!numbers) {
      numbers = []
      this.#numbers.set(topic, numbers)
    }
    numbers[partition] ??= this.lanes.push({ topic, partition }) - 1
    return numbers[partition]
  }

  #fault(line: number, got: string, expected: string): Problem {
    return new Problem(problemText(`${this.#where}: line ${line + 1}`, got, expected))
  }
}
