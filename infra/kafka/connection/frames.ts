// Kafka's answers as they come over a socket, each put together in one buffer of its size: kafkajs otherwise keeps what every read
// brought and copies it once more, twice the memory for the garbage collector to count.

const SIZE_BYTES = 4
/** Whoever announces more than this speaks another protocol ("HTTP" read as a number): handed on as it comes. */
const MOST_BYTES = 64 * 1024 * 1024

export class Frames {
  readonly #emit: (frame: Buffer) => void
  /** Bytes of the size that is being read. */
  readonly #size = Buffer.alloc(SIZE_BYTES)
  /** The answer that is being read, its size in front; null while its size is. */
  #frame: Buffer | null = null
  /** So many bytes of the frame, or of the size, are there. */
  #filled = 0
  #isForeign = false

  /** `emit` is called with each whole answer, its size in front. */
  constructor(emit: (frame: Buffer) => void) {
    this.#emit = emit
  }

  /** What was read last; its memory may be used again when this returns. */
  read(bytes: Uint8Array): void {
    let at = 0
    while (at < bytes.length && !this.#isForeign) at += this.#take(bytes, at)
    if (at < bytes.length) this.#emit(Buffer.from(bytes.subarray(at)))
  }

  /** Bytes that were taken. */
  #take(bytes: Uint8Array, at: number): number {
    const target = this.#frame ?? this.#size
    const taken = Math.min(target.length - this.#filled, bytes.length - at)
    target.set(bytes.subarray(at, at + taken), this.#filled)
    this.#filled += taken
    if (this.#filled < target.length) return taken
    if (this.#frame === null) this.#begin()
    else this.#end(this.#frame)
    return taken
  }

  #begin(): void {
    const length = this.#size.readInt32BE(0)
    if (length < 0 || length > MOST_BYTES) {
      this.#isForeign = true
      this.#emit(Buffer.from(this.#size))
      return
    }
    this.#frame = Buffer.allocUnsafe(SIZE_BYTES + length)
    this.#frame.set(this.#size)
    this.#filled = SIZE_BYTES
    if (length === 0) this.#end(this.#frame)
  }

  #end(frame: Buffer): void {
    this.#frame = null
    this.#filled = 0
    this.#emit(frame)
  }
}
