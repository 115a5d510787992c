// The index of a recording that has none, or one that does not fit it any more.
import type { Recording } from '../recording/recording.ts'
import { ControlIndexWriter } from './index-writer.ts'

/** `read` of `members` of the control track. */
export type IndexProgress = { read: number; members: number }

/** Reads the control track once and puts the index in the place of any other; throws where it cannot be written. */
export async function makeIndex(
  recording: Recording,
  onProgress: (progress: IndexProgress) => void = () => {},
): Promise<void> {
  const { codec, source } = recording.manifest
  const writer = new ControlIndexWriter(recording.folder, codec, source.prefix)
  const members = recording.members('control').length
  let read = 0
  for await (const records of recording.records('control')) {
    for (const record of records) {
      const full = writer.add(record)
      if (full) await full
    }
    onProgress({ read: ++read, members })
  }
  await writer.finish(recording)
}
