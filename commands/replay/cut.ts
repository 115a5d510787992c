// `huacheng cut`: a stretch of a recording as a recording of its own.
import { realClock } from '../../infra/clock.ts'
import { allOf, Problem, problemText } from '../../infra/problem.ts'
import { printLine } from '../../infra/program/standard-output.ts'
import { isoTime } from '../../infra/time.ts'
import { cutRecording } from '../../replay/cut/cut.ts'
import { ReplayedRun } from '../../replay/player/replayed-run.ts'
import type { RecordingManifest } from '../../replay/recording/manifest.ts'
import { type CliCommand, type OptionValues, SCENARIO_OPTIONS } from '../options/options.ts'
import { createProgress } from '../output/progress.ts'
import { newFolder } from './new-folder.ts'
import { RECORDING_WORD, withRecording } from './opened.ts'
import { instantWithin, stretchOf } from './replay-times.ts'

export const cut: CliCommand = {
  name: 'cut',
  about: `
Keeps every event from the tick before --from up to the tick behind --to, byte by byte at the offset that it had, and what
makes it whole: descriptor, commands, incidents, alerts, the checkpoints from which its readings are made with the events behind
them, final readings. verify proves it by itself; info, replay, diff and export take it as they take any. It says of which
recording it is a part (SHA-256 of that one's manifest). Of several runs the newest is cut.`,
  words: RECORDING_WORD,
  options: {
    from: {
      type: 'string',
      value: 'instant',
      text: 'begin at the tick before; default the beginning',
    },
    to: { type: 'string', value: 'instant', text: 'end at the tick behind; default the end' },
    out: { type: 'string', value: 'folder', text: 'new or empty folder' },
    json: SCENARIO_OPTIONS.json,
  },
  examples: [
    'npx huacheng cut rainstorm --from 2025-06-11T18:02:10+08:00 --to 2025-06-11T18:40:00+08:00 --out peak',
  ],
  async run(values) {
    const asked = askedOf(values)
    await withRecording(values, async (recording) => {
      const run = await ReplayedRun.open(recording)
      const span = await run.positions.span()
      const from = instantWithin('--from', asked.from, span) ?? span.from
      const to = instantWithin('--to', asked.to, span) ?? span.to
      if (from >= to) {
        throw new Problem(problemText('--to', isoTime(to), `later than ${isoTime(from)}`))
      }
      const progress = createProgress()
      const onProgress = ({ readBytes, ofBytes }: { readBytes: number; ofBytes: number }) =>
        progress.show(() => `cut: ${Math.floor((100 * readBytes) / ofBytes)} % read`)
      try {
        const manifest = await cutRecording(run, {
          ...{ out: asked.out, from, to, clock: realClock, onProgress },
        })
        progress.end()
        printLine(values.json ? JSON.stringify(manifest) : textOf(manifest))
      } finally {
        progress.end()
      }
    })
  },
}

function askedOf(values: OptionValues) {
  const { stretch, out } = allOf('huacheng cut', {
    stretch: () => stretchOf('cut', values, 'to'),
    out: () => {
      if (values.out !== undefined) return newFolder('out', values.out as string)
      throw new Problem(problemText('--out', 'nothing', 'a new or empty folder'))
    },
  })
  return { ...stretch, out }
}

function textOf({ source, segments }: RecordingManifest): string {
  const { begin, from, to, of } = source.cut!
  const records = segments.reduce((sum, { events }) => sum + events, 0)
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0)
  return [
    `cut from ${isoTime(from)} to ${isoTime(to!)}; events from ${isoTime(begin)} on`,
    `${records} records, ${bytes} bytes; of the recording with manifest ${of[0].manifest}`,
  ].join('\n')
}
