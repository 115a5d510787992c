// One file per topic, one record per line, as it stands in the recording.
import { packMember } from '../recording/codec.ts'
import type { DurableFile } from '../recording/durable-file.ts'
import { LineText, type RecordedRecord } from '../recording/line.ts'
import type { ExportSink } from './export.ts'
import type { ExportFolder } from './export-folder.ts'

/** A file is written by pieces of so much text. */
const PIECE_BYTES = 512 * 1024
const FIRST_BYTES = 16 * 1024

type TopicFile = { file: Promise<DurableFile>; text: LineText; records: number }

export class JsonlSink implements ExportSink {
  readonly #folder: ExportFolder
  readonly #isPacked: boolean
  readonly #topics = new Map<string, TopicFile>()

  /** `isPacked`: by gzip, piece by piece, which every gzip reader takes as one file. */
  constructor(folder: ExportFolder, isPacked: boolean) {
    this.#folder = folder
    this.#isPacked = isPacked
  }

  add(record: RecordedRecord): Promise<void> | null {
    const topic = this.#topics.get(record.topic) ?? this.#begin(record.topic)
    topic.text.add(record)
    topic.records++
    return topic.text.bytes < PIECE_BYTES ? null : this.#write(topic)
  }

  async finish(): Promise<string[]> {
    for (const topic of this.#topics.values()) {
      await this.#write(topic)
      await this.#folder.end(await topic.file, topic.records)
    }
    return []
  }

  #begin(name: string): TopicFile {
    const file = this.#folder.begin(`${name}.jsonl${this.#isPacked ? '.gz' : ''}`)
    file.catch(() => {}) // whoever writes hears of it
    const topic = { file, text: new LineText(FIRST_BYTES), records: 0 }
    this.#topics.set(name, topic)
    return topic
  }

  async #write({ file, text }: TopicFile): Promise<void> {
    const to = await file
    if (text.bytes > 0)
      await to.append(this.#isPacked ? await packMember('gz', text.view) : [text.view])
    text.clear()
  }
}
