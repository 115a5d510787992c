// A recording that is written together with its index, where it is one of a city.
import { ControlIndexWriter } from '../control/index-writer.ts'
import type { RecordingManifest } from '../recording/manifest.ts'
import { Recording } from '../recording/recording.ts'
import { type RecordingOptions, RecordingWriter } from '../recording/recording-writer.ts'

export type IndexedRecording = {
  writer: RecordingWriter
  /** Null of topics of others, which are not replayed. */
  index: ControlIndexWriter | null
}

export async function createIndexed(
  options: Omit<RecordingOptions, 'observe'>,
): Promise<IndexedRecording> {
  const { folder, codec, source } = options
  const index = source.prefix === '' ? null : new ControlIndexWriter(folder, codec, source.prefix)
  const observe: RecordingOptions['observe'] = (track, record) =>
    track === 'control' && index ? index.add(record) : null
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
