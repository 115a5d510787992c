// `huacheng info`: what a recording holds, from its manifest and indexes alone.
import { printLine } from '../../infra/program/standard-output.ts'
import { isoTime } from '../../infra/time.ts'
import { type CutNote, TRACKS } from '../../replay/recording/manifest.ts'
import { summaryOf } from '../../replay/recording/member-index.ts'
import type { Recording } from '../../replay/recording/recording.ts'
import { type CliCommand, SCENARIO_OPTIONS } from '../options/options.ts'
import { RECORDING_WORD, withRecording } from './opened.ts'

export const info: CliCommand = {
  name: 'info',
  about: `
Topics with their records, offsets and what is missing in between; sim time and wall time from the first to the last; sizes.
Of a recording that was cut off: how much of it was found whole, and how many bytes behind that were torn.`,
  words: RECORDING_WORD,
  options: { json: SCENARIO_OPTIONS.json },
  examples: ['npx huacheng info rainstorm', 'npx huacheng info rainstorm --json'],
  async run(values) {
    await withRecording(values, async (recording) => {
      printLine(values.json ? JSON.stringify(summarized(recording)) : textOf(recording))
    })
  },
}

function summarized(recording: Recording) {
  const { folder, manifest, recovered } = recording
  const { created, closed, codec, source, topics, lanes } = manifest
  const tracks = TRACKS.map((track) => {
    const members = recording.members(track)
    const bytes = members.reduce((sum, { entry }) => sum + entry.bytes, 0)
    const { events: records, ...times } = summaryOf(members.map(({ entry }) => entry))
    return { track, records, bytes, members: members.length, ...times }
  })
  return {
    folder,
    created: isoTime(created),
    closed,
    recovered,
    codec,
    source,
    topics,
    lanes,
    tracks,
  }
}

function textOf(recording: Recording): string {
  const { manifest, recovered } = recording
  const { tracks, created, codec, topics, lanes } = summarized(recording)
  const span = (from: number | null, to: number | null) =>
    from === null || to === null ? 'none' : `${isoTime(from)} to ${isoTime(to)}`
  const state = manifest.closed
    ? 'closed'
    : `was cut off: ${recovered!.events} records of the open segments recovered, ${recovered!.tornBytes} bytes behind them torn`
  const byTopic = Object.entries(topics).map(([topic, partitions]) => {
    const own = lanes.filter((lane) => lane.topic === topic)
    const sum = (of: (lane: (typeof own)[number]) => number) =>
      own.reduce((n, lane) => n + of(lane), 0)
    const missing = sum((lane) => lane.missing)
    const left = manifest.leftOut?.[topic]
    const gaps = missing > 0 ? `, ${missing} offsets missing in between` : ''
    const records = sum((lane) => lane.events)
    return `  ${topic.padEnd(32)} ${partitions} partitions, ${records} records${gaps}${left ? ` (${left} are left out)` : ''}`
  })
  const byTrack = tracks
    .filter(({ records }) => records > 0)
    .flatMap(({ track, records, bytes, members, minTime, maxTime, minTs, maxTs }) => [
      `  ${track}: ${records} records in ${members} members, ${bytes} bytes`,
      `    event time ${span(minTime, maxTime)}`,
      `    wall time  ${span(minTs, maxTs)}`,
    ])
  const { cut, kind } = manifest.source
  const made = cut ? 'made' : kind === 'import' ? 'imported at' : 'recorded from'
  return [
    `${made} ${created}, ${codec}, ${state}`,
    ...(cut ? cutLines(cut) : []),
    ...byTrack,
    'topics',
    ...byTopic,
  ].join('\n')
}

function cutLines({ begin, from, to, of }: CutNote): string[] {
  const sources = of.map(
    ({ created, manifest }) => `  of the recording of ${isoTime(created)}, manifest ${manifest}`,
  )
  const how = of.length > 0 ? 'cut' : 'kept of a running city'
  const until = to === undefined ? 'on' : `to ${isoTime(to)}`
  const span = `${how} from ${isoTime(from)} ${until}`
  const lead = begin < from ? `; events from ${isoTime(begin)} on, which its readings rest on` : ''
  return [`${span}${lead}`, ...sources]
}
