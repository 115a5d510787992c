// The indexes of a recording that has none, or some that do not fit it any more.
import { TRACKS } from '../recording/manifest.ts'
import type { Recording } from '../recording/recording.ts'
import { IndexWriter } from './indexed-recording.ts'

/** `read` of `members`. */
export type IndexProgress = { read: number; members: number }

/** Reads the recording once and puts its indexes in the place of any others; throws where they cannot be written. */
export async function makeIndex(
  recording: Recording,
  onProgress: (progress: IndexProgress) => void = () => {},
): Promise<void> {
  const { codec, source } = recording.manifest
  const writer = new IndexWriter(recording.folder, codec, source.prefix)
  const members = TRACKS.reduce((sum, track) => sum + recording.members(track).length, 0)
  let read = 0
  for (const track of TRACKS) {
    for await (const records of recording.records(track)) {
      for (const record of records) {
        const full = writer.add(track, record)
        if (full) await full
      }
      onProgress({ read: ++read, members })
    }
  }
  await writer.finish(recording)
}
