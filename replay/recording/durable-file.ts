// A file that only ever grows by whole pieces: what could not be written as a whole is cut off again, so that everything
// before it stays readable on a full disk.
import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { fileProblem } from '../../infra/program/system-error.ts'

export class DurableFile {
  readonly path: string
  readonly #handle: FileHandle
  readonly #hash = createHash('sha256')
  #bytes = 0

  private constructor(path: string, handle: FileHandle) {
    this.path = path
    this.#handle = handle
  }

  /** A new file; throws a Problem where there is one of that name, or none can be made. */
  static async create(path: string): Promise<DurableFile> {
    try {
      return new DurableFile(path, await open(path, 'wx'))
    } catch (error) {
      throw fileProblem(error, path)
    }
  }

  /** Of whole pieces. */
  get bytes(): number {
    return this.#bytes
  }

  /** Appends a piece whole or not at all: throws a Problem, and the file is as it was. One call at a time. */
  async append(parts: Buffer[]): Promise<void> {
    const piece = parts.length === 1 ? parts[0] : Buffer.concat(parts)
    try {
      let written = 0
      while (written < piece.length) {
        const at = this.#bytes + written
        const { bytesWritten } = await this.#handle.write(
          piece,
          written,
          piece.length - written,
          at,
        )
        written += bytesWritten
      }
    } catch (error) {
      await this.#handle.truncate(this.#bytes)
      throw fileProblem(error, this.path)
    }
    this.#hash.update(piece)
    this.#bytes += piece.length
  }

  /** Waits until the disk has it: what a power cut may not take. */
  sync(): Promise<void> {
    return this.#handle.datasync()
  }

  /** Resolves with the SHA-256 of all of it, in hex. */
  async close(): Promise<string> {
    await this.#handle.close()
    return this.#hash.digest('hex')
  }
}
