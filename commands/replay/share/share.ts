// `huacheng share`: a stretch of a recording as one HTML file that plays from a disk, without a server.
import { writeFile } from 'node:fs/promises'
import { realClock } from '../../../infra/clock.ts'
import { createLogger } from '../../../infra/logger.ts'
import { allOf, Problem, problemText } from '../../../infra/problem.ts'
import { printLine } from '../../../infra/program/standard-output.ts'
import { fileProblem } from '../../../infra/program/system-error.ts'
import { isoTime } from '../../../infra/time.ts'
import { MAX_SPEED } from '../../../producers/contract/run/run-commands.ts'
import { Replay } from '../../../replay/player/replay.ts'
import type { Recording } from '../../../replay/recording/recording.ts'
import { SPEEDS } from '../../../seeds/scenario/scenario-file.ts'
import { type CliCommand, numberOption, type OptionValues } from '../../options/options.ts'
import { checkedPage } from '../../options/page-options.ts'
import { worldsOfDescriptors } from '../../wiring/on-kafka.ts'
import { newFile } from '../new-folder.ts'
import { RECORDING_WORD, withRecording } from '../opened.ts'
import { instantWithin, stretchOf } from '../replay-times.ts'
import { sharedPage } from './shared-page.ts'
import { type Tape, taped } from './tape.ts'

export const share: CliCommand = {
  name: 'share',
  about: `
Plays the stretch once, listens to all that the console says of it, and puts that into one file together with the page itself:
opened from a disk it shows the same screen with the same transport bar, with nothing loaded from anywhere: it plays, pauses, goes
to any time of the stretch, steps by windows, loops, at any speed. Making it takes as long as the stretch is played. What is not in
the file: single events and assets, lineages and searches; commands to the city are refused.`,
  words: RECORDING_WORD,
  options: {
    from: {
      type: 'string',
      value: 'instant',
      text: 'begin at the tick before; default the beginning',
    },
    to: { type: 'string', value: 'instant', text: 'end at the tick before; default the end' },
    speed: { type: 'string', value: 'x', text: 'sim seconds per wall second', default: '1' },
    out: { type: 'string', value: 'file', text: 'the page; a file of that name is replaced' },
  },
  examples: [
    'npx huacheng share rainstorm --from 2025-06-11T18:00:00+08:00 --to 2025-06-11T18:03:00+08:00 --out demo.html',
  ],
  async run(values) {
    const asked = askedOf(values)
    const { buildWebIfStale, WEB_ROOT } = await import('../../wiring/web-build.ts')
    await withRecording(values, async (recording) => {
      const replay = await opened(recording, asked)
      try {
        await buildWebIfStale()
        const page = await sharedPage(WEB_ROOT, await tapeOf(replay))
        await writeFile(asked.out, page).catch((error: unknown) => {
          throw fileProblem(error, asked.out)
        })
        printLine(`${asked.out}: ${Buffer.byteLength(page)} bytes`)
      } finally {
        await replay.close()
      }
    })
  },
}

type SharedStretch = ReturnType<typeof askedOf>

function askedOf(values: OptionValues) {
  const { stretch, speed, out } = allOf('huacheng share', {
    stretch: () => stretchOf('share', values, 'to'),
    speed: () => numberOption(values, 'speed', SPEEDS.minimum, MAX_SPEED) ?? 1,
    out: () => {
      if (values.out !== undefined) return newFile('out', values.out as string)
      throw new Problem(problemText('--out', 'nothing', 'the name of a file'))
    },
  })
  return { ...stretch, speed, out }
}

const logger = createLogger({ level: 'error' })

/** It stands until somebody listens. */
function opened(recording: Recording, { from, to, speed }: SharedStretch): Promise<Replay> {
  const options = { clock: realClock, logger, ...worldsOfDescriptors() }
  return Replay.open(recording, options, {
    ...{ speed, isPaused: true },
    times: (span) => {
      const at = instantWithin('--from', from, span) ?? span.from
      const until = instantWithin('--to', to, span) ?? span.to
      if (at < until) return { at, until }
      throw new Problem(problemText('--to', isoTime(until), `later than ${isoTime(at)}`))
    },
  })
}

async function tapeOf(replay: Replay): Promise<Tape> {
  const { showReplay } = await import('../page/replay-console.ts')
  const page = checkedPage({ port: '0' }, {})
  const shown = await showReplay({ replay, page, worlds: worldsOfDescriptors(), logger })
  try {
    const { player } = replay.world
    const start = () => player.clock.resume(realClock.now())
    const ended = Promise.race([player.ended, replay.failed])
    return await taped({ url: shown.url, clock: realClock, start, ended })
  } finally {
    await shown.close()
  }
}
