// One segment: members and, beside them, the index that says where each is.
import { join } from 'node:path'
import { type Codec, packMember } from './codec.ts'
import { DurableFile } from './durable-file.ts'
import { indexName, type SegmentNote } from './manifest.ts'
import { entryLine, type MemberEntry, type MemberTimes, summaryOf } from './member-index.ts'

export class SegmentWriter {
  readonly #name: string
  readonly #codec: Codec
  readonly #members: DurableFile
  readonly #index: DurableFile
  readonly #entries: MemberEntry[] = []

  private constructor(name: string, codec: Codec, members: DurableFile, index: DurableFile) {
    this.#name = name
    this.#codec = codec
    this.#members = members
    this.#index = index
  }

  static async create(folder: string, name: string, codec: Codec): Promise<SegmentWriter> {
    const members = await DurableFile.create(join(folder, name))
    const index = await DurableFile.create(join(folder, indexName(name)))
    return new SegmentWriter(name, codec, members, index)
  }

  get bytes(): number {
    return this.#members.bytes
  }

  /** Resolves when the member is in the file; `text` must not change before. */
  async append(text: Buffer, times: MemberTimes, isSynced: boolean): Promise<void> {
    const at = this.#members.bytes
    await this.#members.append(await packMember(this.#codec, text))
    if (isSynced) await this.#members.sync()
    const entry = times.entry(at, this.#members.bytes - at)
    this.#entries.push(entry)
    await this.#index.append([entryLine(entry)])
  }

  async close(): Promise<SegmentNote> {
    const sha256 = await this.#members.close()
    await this.#index.close()
    return { file: this.#name, bytes: this.bytes, sha256, ...summaryOf(this.#entries) }
  }
}
