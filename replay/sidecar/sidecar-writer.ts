// Writes a sidecar page by page under another name, and puts it in its place when it is whole: a recording goes on without it.
import { createHash } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Codec, packMember } from '../recording/codec.ts'
import { DurableFile } from '../recording/durable-file.ts'
import type { Recording } from '../recording/recording.ts'
import { contentOf, footerBytes, type SidecarFooter, type SidecarKind } from './sidecar-file.ts'

/** Where a page begins, and its bytes. */
export type PagePlace = [at: number, bytes: number]

export class SidecarWriter<F extends SidecarFooter> {
  readonly #folder: string
  readonly #kind: SidecarKind<F>
  readonly #codec: Codec
  readonly #hash = createHash('sha256')
  #file: DurableFile | null = null
  /** Settles when what was added is in the file; never rejects. */
  #writing: Promise<unknown> = Promise.resolve()
  #problem: unknown = null

  constructor(folder: string, kind: SidecarKind<F>, codec: Codec) {
    this.#folder = folder
    this.#kind = kind
    this.#codec = codec
  }

  /** It cannot be finished: nothing more need be added. */
  get hasFailed(): boolean {
    return this.#problem !== null
  }

  /**
   * Packs `text`, which must not change before it resolves, behind those before it; `written` is called with where it lies. Never rejects:
   * what goes wrong is thrown by `finish`.
   */
  add(text: Buffer, written: (place: PagePlace) => void): Promise<void> {
    const done = this.#writing.then(async () => {
      if (this.#problem) return
      try {
        written(await this.#append(text))
      } catch (error) {
        this.#problem = error
      }
    })
    this.#writing = done
    return done
  }

  /** Puts it beside the recording that it is of; throws where it cannot be written, and leaves none. */
  async finish(recording: Recording, fields: () => Omit<F, keyof SidecarFooter>): Promise<void> {
    await this.#writing
    const { magic, version, file, tracks } = this.#kind
    try {
      if (this.#problem) throw this.#problem
      const opened = await this.#opened()
      const shared = { version, codec: this.#codec, content: contentOf(recording, tracks) }
      const footer = { ...fields(), ...shared, sha256: this.#hash.digest('hex') }
      await opened.append([footerBytes(footer, magic)])
      await opened.close()
      await rename(this.#draft, join(this.#folder, file))
    } catch (error) {
      await rm(this.#draft, { force: true })
      throw error
    }
  }

  /** Nothing of it is left. */
  async abandon(): Promise<void> {
    this.#problem ??= new Error('abandoned')
    await this.#writing
    await this.#file?.close()
    await rm(this.#draft, { force: true })
  }

  get #draft(): string {
    return join(this.#folder, `${this.#kind.file}.new`)
  }

  async #append(text: Buffer): Promise<PagePlace> {
    const file = await this.#opened()
    const parts = await packMember(this.#codec, text)
    const at = file.bytes
    await file.append(parts)
    for (const part of parts) this.#hash.update(part)
    return [at, parts.reduce((sum, { length }) => sum + length, 0)]
  }

  async #opened(): Promise<DurableFile> {
    if (this.#file) return this.#file
    await rm(this.#draft, { force: true })
    this.#file = await DurableFile.create(this.#draft)
    return this.#file
  }
}
