// The digest of design.md §4: one SHA-256 chain per topic-partition; the city's digest over all is contract/digest.ts.
import { createHash, type Hash } from 'node:crypto'
import { problemText } from '../../../infra/problem.ts'
import type { StateWalk } from '../../../infra/state/state-walk.ts'

/** D₀: the chain before the first tick. */
export const FIRST_CHAIN = Buffer.alloc(32)

/** No hash can be saved half-way, so the bytes of the running interval are kept; of longer ones none are, for memory's sake. */
const MOST_KEPT_BYTES = 4 * 1024 * 1024

export class EventChain {
  #digest: Buffer = FIRST_CHAIN
  /** Not saved: made anew of the two others. */
  #hash: Hash = createHash('sha256').update(FIRST_CHAIN)
  /** Of the running interval; null once they are too many. */
  #kept: Buffer[] | null = []
  #keptBytes = 0

  /** Adds bytes in which every event is followed by one `\n`. */
  add(lines: Buffer): void {
    this.#hash.update(lines)
    this.#keptBytes += lines.length
    if (this.#keptBytes <= MOST_KEPT_BYTES) this.#kept?.push(lines)
    else this.#kept = null
  }

  /** Closes the interval: D = SHA-256(D ‖ lines); returns hex(D). */
  close(): string {
    this.#digest = this.#hash.digest()
    this.#hash = createHash('sha256').update(this.#digest)
    this.#kept = []
    this.#keptBytes = 0
    return this.#digest.toString('hex')
  }

  state(walk: StateWalk): void {
    walk.refuse(this.#kept === null ? this.#tooLong() : null)
    this.#digest = walk.bytes(this.#digest)
    const lines = walk.plain(this.#kept === null ? null : Buffer.concat(this.#kept))
    // Never what was saved: only a walk that neither saves nor restores gets here.
    if (lines === null) return
    this.#kept = [lines]
    this.#keptBytes = lines.length
    this.#hash = createHash('sha256').update(this.#digest).update(lines)
  }

  #tooLong(): string {
    const got = `${this.#keptBytes} bytes of events since the last tick`
    return problemText('state', got, `at most ${MOST_KEPT_BYTES}`, 'save it right after a tick')
  }
}
