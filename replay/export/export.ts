// Hands the selected records of a recording to a sink that writes files: all of it or nothing stays.
import { Problem, problemText } from '../../infra/problem.ts'
import { isoTime } from '../../infra/time.ts'
import { version } from '../../infra/version.ts'
import type { RecordedRecord } from '../recording/line.ts'
import { TRACKS } from '../recording/manifest.ts'
import { summaryOf } from '../recording/member-index.ts'
import type { Recording } from '../recording/recording.ts'
import { type ExportedFile, ExportFolder } from './export-folder.ts'
import { type ExportSelection, Selector } from './selection.ts'

/** Makes files of records. */
export interface ExportSink {
  /** In the order in which they came; answers with what to wait for before the next one where something has to be written. */
  add(record: RecordedRecord): Promise<void> | null
  /** Writes what is left; resolves with what was left out and why, in words. */
  finish(): Promise<string[]>
}

export type ExportProgress = { readBytes: number; ofBytes: number; records: number }

export type ExportOptions = {
  out: string
  format: string
  selection: ExportSelection
  openSink(folder: ExportFolder): Promise<ExportSink>
  onProgress?(progress: ExportProgress): void
}

export type Exported = { records: number; files: ExportedFile[]; leftOut: string[] }

/** Throws a Problem where nothing is selected or something cannot be written; then nothing of it is left. */
export async function exportRecording(
  recording: Recording,
  options: ExportOptions,
): Promise<Exported> {
  const folder = await ExportFolder.create(options.out)
  try {
    const sink = await options.openSink(folder)
    const records = await pour(recording, options, sink)
    if (records === 0) throw nothingSelected(recording)
    const leftOut = [...stateLeftOut(recording, options.selection), ...(await sink.finish())]
    const { from, until, topics } = options.selection
    await folder.close({
      format: 'huacheng-export',
      version: 1,
      as: options.format,
      app: version,
      recording: {
        created: isoTime(recording.manifest.created),
        closed: recording.manifest.closed,
      },
      from: from === null ? null : isoTime(from),
      until: until === null ? null : isoTime(until),
      topics: topics && [...topics],
      ...{ records, leftOut },
    })
    return { records, files: folder.files, leftOut }
  } catch (error) {
    await folder.abandon()
    throw error
  }
}

/** Resolves with how many records the sink took. */
async function pour(
  recording: Recording,
  { selection, onProgress }: ExportOptions,
  sink: ExportSink,
): Promise<number> {
  const selector = new Selector(selection)
  const wanted = TRACKS.flatMap((track) =>
    recording
      .members(track)
      .filter(({ entry }) => selector.wantsMember(track, entry))
      .map((member) => ({ ...member, track })),
  )
  const ofBytes = wanted.reduce((sum, { entry }) => sum + entry.bytes, 0)
  let readBytes = 0
  let records = 0
  for (const { segment, entry, track } of wanted) {
    for (const record of await segment.read(entry)) {
      if (!selector.wants(track, record)) continue
      records++
      const full = sink.add(record)
      if (full) await full
    }
    readBytes += entry.bytes
    onProgress?.({ readBytes, ofBytes, records })
  }
  return records
}

function stateLeftOut(recording: Recording, { topics }: ExportSelection): string[] {
  const members = topics === null ? recording.members('state') : []
  if (members.length === 0) return []
  const { events } = summaryOf(members.map(({ entry }) => entry))
  return [
    `${events} checkpoints, what a processor restores itself from; --topics names their topic`,
  ]
}

function nothingSelected(recording: Recording): Problem {
  const { minTime, maxTime } = summaryOf(recording.members('events').map(({ entry }) => entry))
  const expected =
    minTime === null
      ? 'topics that it has records of'
      : `times from ${isoTime(minTime)} to ${isoTime(maxTime!)} and topics that it has records of`
  return new Problem(problemText(recording.folder, 'no record with these options', expected))
}
