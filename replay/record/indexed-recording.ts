// A recording that is written together with its indexes, where it is one of a city.
import { ControlIndexWriter } from '../control/index-writer.ts'
import { PlacesWriter } from '../places/places-writer.ts'
import type { Codec } from '../recording/codec.ts'
import type { RecordedRecord } from '../recording/line.ts'
import type { RecordingManifest, Track } from '../recording/manifest.ts'
import { Recording } from '../recording/recording.ts'
import { type RecordingOptions, RecordingWriter } from '../recording/recording-writer.ts'

/** What is written of a recording beside it, as its records come by. */
export class IndexWriter {
  readonly #control: ControlIndexWriter
  readonly #places: PlacesWriter

  /** `prefix`: of the city's topics. */
  constructor(folder: string, codec: Codec, prefix: string) {
    this.#control = new ControlIndexWriter(folder, codec, prefix)
    this.#places = new PlacesWriter(folder, codec)
  }

  /** Takes each track's records in their order; answers with what to wait for before the next one, where there is something. */
  add(track: Track, record: RecordedRecord): Promise<void> | null {
    if (track === 'control') return this.#control.add(record)
    return track === 'events' ? this.#places.event(record) : this.#places.state(record)
  }

  /** Puts them beside the recording that they are of; throws where one cannot be written, and leaves none of it. */
  async finish(recording: Recording): Promise<void> {
    await Promise.all([this.#control.finish(recording), this.#places.finish(recording)])
  }

  /** Of a recording that could not be written: nothing of them is left. */
  async abandon(): Promise<void> {
    await Promise.all([this.#control.abandon(), this.#places.abandon()])
  }
}

export type IndexedRecording = {
  writer: RecordingWriter
  /** Null of topics of others, which are not replayed. */
  index: IndexWriter | null
}

export async function createIndexed(
  options: Omit<RecordingOptions, 'observe'>,
): Promise<IndexedRecording> {
  const { folder, codec, source } = options
  const index = source.prefix === '' ? null : new IndexWriter(folder, codec, source.prefix)
  const observe: RecordingOptions['observe'] = (track, record) =>
    index ? index.add(track, record) : null
  return { writer: await RecordingWriter.create({ ...options, observe }), index }
}

/** Both; the recording is whole without its index, which can be made later. */
export async function closeIndexed({
  writer,
  index,
}: IndexedRecording): Promise<RecordingManifest> {
  const manifest = await writer.close()
  if (!index) return manifest
  const recording = await Recording.open(writer.folder)
  try {
    await index.finish(recording).catch(() => {})
  } finally {
    await recording.close()
  }
  return manifest
}
