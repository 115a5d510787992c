// Recomputes the producers' chain from the events that arrived: D = SHA-256(D ‖ value bytes and `\n` of each), per tick.
import { createHash, type Hash } from 'node:crypto'

/** Beyond this the interval is hashed as it comes and cannot be saved in a checkpoint (see `pending`). */
const MAX_PENDING_BYTES = 4 * 1024 * 1024
const FIRST_PENDING_BYTES = 64 * 1024
const NEWLINE = 10

export interface RecomputedChain {
  /** Copies the value: the log may reuse its memory. */
  add(value: Buffer): void
  /**
   * Ends the interval at a tick and goes on from the tick's own digest, so that a break stays in one interval. Where ticks
   * are missing and nothing was added, the digest is that of so many `steps` without an event.
   */
  close(ticksDigest: Buffer, steps?: number): { digest: Buffer; known: boolean }
  /** Digest at the last tick, and the bytes since then; null when they were too many to keep. */
  save(): { digest: Buffer; pending: Uint8Array | null }
}

/** After a restore without the interval's bytes the next `close` is not `known`: it cannot be compared. */
export function createChain(
  saved: { digest: Buffer; pending: Uint8Array | null } = {
    digest: Buffer.alloc(32),
    pending: new Uint8Array(0),
  },
): RecomputedChain {
  let digest = saved.digest
  let known = saved.pending !== null
  let buffer = Buffer.alloc(FIRST_PENDING_BYTES)
  let length = 0
  let hash: Hash | null = null

  function reserve(bytes: number): void {
    if (length + bytes <= buffer.length) return
    if (length + bytes > MAX_PENDING_BYTES) spill()
    if (length + bytes <= buffer.length) return
    const larger = Buffer.alloc(Math.max(2 * buffer.length, length + bytes))
    buffer.copy(larger, 0, 0, length)
    buffer = larger
  }

  function spill(): void {
    hash ??= createHash('sha256').update(digest)
    hash.update(buffer.subarray(0, length))
    length = 0
  }

  if (saved.pending) {
    reserve(saved.pending.length)
    buffer.set(saved.pending)
    length = saved.pending.length
  }
  return {
    add(value) {
      reserve(value.length + 1)
      buffer.set(value, length)
      length += value.length
      buffer[length++] = NEWLINE
    },
    close(ticksDigest, steps = 1) {
      const isEmpty = hash === null && length === 0
      spill()
      let own = hash!.digest()
      for (let i = 1; isEmpty && i < steps; i++) own = createHash('sha256').update(own).digest()
      const closed = { digest: own, known }
      digest = ticksDigest
      hash = null
      known = true
      // The census is the largest interval by far: do not keep its buffer.
      if (buffer.length > 8 * FIRST_PENDING_BYTES) buffer = Buffer.alloc(FIRST_PENDING_BYTES)
      return closed
    },
    save: () => ({
      digest,
      pending: known && hash === null ? buffer.slice(0, length) : null,
    }),
  }
}
