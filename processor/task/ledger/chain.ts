// Recomputes the producers' chain from the events that arrived: D = SHA-256(D ‖ value bytes and `\n` of each), per tick.
import { createHash, type Hash } from 'node:crypto'

/** Beyond this the interval is hashed as it comes and cannot be saved in a checkpoint (see `save`). */
const MAX_PENDING_BYTES = 4 * 1024 * 1024
const FIRST_PENDING_BYTES = 64 * 1024
const NEWLINE = 10

/** Digest at the last tick, and the bytes since then; null when they were too many to keep. */
export type SavedChain = { digest: Buffer; pending: Uint8Array | null }

/** After a restore without the interval's bytes the next `close` is not `known`: it cannot be compared. */
export class RecomputedChain {
  #digest: Buffer
  #known: boolean
  #buffer = Buffer.alloc(FIRST_PENDING_BYTES)
  #length = 0
  #hash: Hash | null = null

  constructor(
    { digest, pending }: SavedChain = { digest: Buffer.alloc(32), pending: new Uint8Array(0) },
  ) {
    this.#digest = digest
    this.#known = pending !== null
    if (!pending) return
    this.#reserve(pending.length)
    this.#buffer.set(pending)
    this.#length = pending.length
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
    const isEmpty = this.#hash === null && this.#length === 0
    let digest = this.#spill().digest()
    for (let i = 1; isEmpty && i < steps; i++) {
      digest = createHash('sha256').update(digest).digest()
    }
    const closed = { digest, known: this.#known }
    this.#digest = ticksDigest
    this.#hash = null
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
      pending: isKept ? this.#buffer.slice(0, this.#length) : null,
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
    this.#hash.update(this.#buffer.subarray(0, this.#length))
    this.#length = 0
    return this.#hash
  }
}
