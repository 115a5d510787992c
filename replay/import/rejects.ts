// Lines that became no record: each is written down with its place and reason, none is ignored.
import { isUtf8 } from 'node:buffer'
import { join } from 'node:path'
import { DurableFile } from '../recording/durable-file.ts'
import type { Reject } from './source-file.ts'

export const REJECTED_FILE = 'rejected.jsonl'

/** Of the line itself so much is kept. */
const KEPT_BYTES = 2_000
const PIECE_BYTES = 64 * 1024
const SHOWN = 20

export class Rejects {
  /** The first of them, in words. */
  readonly shown: string[] = []
  readonly #file: DurableFile
  #lines: Buffer[] = []
  #bytes = 0
  #isLost = false

  private constructor(file: DurableFile) {
    this.#file = file
  }

  static async create(folder: string): Promise<Rejects> {
    return new Rejects(await DurableFile.create(join(folder, REJECTED_FILE)))
  }

  add(reject: Reject): void {
    if (this.shown.length < SHOWN) this.shown.push(textOf(reject))
    const { bytes, ...where } = reject
    const line = Buffer.from(`${JSON.stringify({ ...where, ...keptOf(bytes) })}\n`)
    this.#lines.push(line)
    this.#bytes += line.length
  }

  /** Writes what is waiting, once it is worth it. */
  async flush(least = PIECE_BYTES): Promise<void> {
    if (this.#lines.length === 0 || this.#bytes < least) return
    const lines = this.#lines
    this.#lines = []
    this.#bytes = 0
    await this.#file.append(lines)
  }

  async close(): Promise<void> {
    if (this.#isLost) return
    this.#isLost = true
    try {
      await this.flush(0)
    } finally {
      await this.#file.close()
    }
  }
}

export const textOf = ({ file, line, got, expected }: Reject): string =>
  `${file}:${line}: ${got}, expected ${expected}`

/** As text, or in base64; `cut` = so many bytes it has in all. */
function keptOf(bytes: Buffer | null): Record<string, unknown> {
  if (bytes === null) return {}
  const isText = isUtf8(bytes)
  // A character that the cut halves is one that is left out.
  const kept = isText
    ? { text: bytes.toString('utf8', 0, KEPT_BYTES).replace(/\ufffd+$/, '') }
    : { b64: bytes.toString('base64', 0, KEPT_BYTES) }
  return bytes.length > KEPT_BYTES ? { ...kept, bytes: bytes.length } : kept
}
