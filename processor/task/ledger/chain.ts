// Recomputes the producers' chain from the events that arrived: D = SHA-256(D ‖ value bytes and `\n` of each), per tick.
import { createHash, type Hash, hash as hashOf } from 'node:crypto'

/** Beyond this the interval is hashed as it comes and cannot be saved in a checkpoint (see `save`). */
const MAX_PENDING_BYTES = 4 * 1024 * 1024
const FIRST_PENDING_BYTES = 64 * 1024
const NEWLINE = 10
const DIGEST_BYTES = 32

/** Digest at the last tick, and the bytes since then; null when they were too many to keep. */
export type SavedChain = { digest: Buffer; pending: Uint8Array | null }

/** After a restore without the interval's bytes the next `close` is not `known`: it cannot be compared. */
export class RecomputedChain {
  #digest: Buffer
  #known: boolean
  /** The digest's place, which is filled when all is hashed at once, and the bytes that wait. */
  #buffer = Buffer.alloc(FIRST_PENDING_BYTES)
  #length = DIGEST_BYTES
  #hash: Hash | null = null

  constructor(
    { digest, pending }: SavedChain = {
      digest: Buffer.alloc(DIGEST_BYTES),
      pending: new Uint8Array(0),
    },
  ) {
    this.#digest = digest
    this.#known = pending !== null
    if (!pending) return
    this.#reserve(pending.length)
    this.#buffer.set(pending, DIGEST_BYTES)
    this.#length += pending.length
  }

  /** Copies the value: the log may reuse its memory. */
  add(value: Buffer): void {
    this.#reserve(value.length + 1)
    const buffer = this.#buffer
    buffer.set(value, this.#length)
    this.#length += value.length
    buffer[this.#length++] = NEWLINE
  }

  /**
   * Ends the interval at a tick and goes on from the tick's own digest, so that a break stays in one interval. Where ticks
   * are missing and nothing was added, the digest is that of so many `steps` without an event.
   */
  close(ticksDigest: Buffer, steps = 1): { digest: Buffer; known: boolean } {
    const isEmpty = this.#hash === null && this.#length === DIGEST_BYTES
    let digest = this.#hash === null ? this.#atOnce() : this.#spill().digest()
    for (let i = 1; isEmpty && i < steps; i++) {
      digest = createHash('sha256').update(digest).digest()
    }
    const closed = { digest, known: this.#known }
    this.#digest = ticksDigest
    this.#hash = null
    this.#length = DIGEST_BYTES
    this.#known = true
    // The census is the largest interval by far: do not keep its buffer.
    if (this.#buffer.length > 8 * FIRST_PENDING_BYTES) {
      this.#buffer = Buffer.alloc(FIRST_PENDING_BYTES)
    }
    return closed
  }

  save(): SavedChain {
    const isKept = this.#known && this.#hash === null
    return {
      digest: this.#digest,
      pending: isKept ? this.#buffer.slice(DIGEST_BYTES, this.#length) : null,
    }
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return
    if (this.#length + bytes > MAX_PENDING_BYTES) this.#spill()
    if (this.#length + bytes <= this.#buffer.length) return
    const larger = Buffer.alloc(Math.max(2 * this.#buffer.length, this.#length + bytes))
    this.#buffer.copy(larger, 0, 0, this.#length)
    this.#buffer = larger
  }

  /** Hashes what waits. */
  #spill(): Hash {
    this.#hash ??= createHash('sha256').update(this.#digest)
    this.#hash.update(this.#buffer.subarray(DIGEST_BYTES, this.#length))
    this.#length = DIGEST_BYTES
    return this.#hash
  }

  /** The digest of an interval of which nothing was hashed yet: most are short. */
  #atOnce(): Buffer {
    this.#buffer.set(this.#digest)
    return hashOf('sha256', this.#buffer.subarray(0, this.#length), 'buffer')
  }
}
