// What was read and unpacked lately, up to so many bytes: whoever asks again gets the same. What is in it must not be changed.

type Held<T> = { value: Promise<T>; bytes: number }

export class ByteCache<T> {
  readonly #most: number
  /** The one that was asked for last stands last. */
  readonly #held = new Map<unknown, Held<T>>()
  #bytes = 0

  constructor(mostBytes: number) {
    this.#most = mostBytes
  }

  /** `bytes`: about what it takes in memory. One that cannot be read is not kept. */
  get(key: unknown, bytes: number, read: () => Promise<T>): Promise<T> {
    const known = this.#held.get(key)
    if (known) {
      this.#held.delete(key)
      this.#held.set(key, known)
      return known.value
    }
    const value = read()
    this.#held.set(key, { value, bytes })
    this.#bytes += bytes
    value.catch(() => this.#drop(key))
    for (const oldest of this.#held.keys()) {
      if (this.#bytes <= this.#most || oldest === key) break
      this.#drop(oldest)
    }
    return value
  }

  #drop(key: unknown): void {
    this.#bytes -= this.#held.get(key)?.bytes ?? 0
    this.#held.delete(key)
  }
}
