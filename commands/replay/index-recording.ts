// `huacheng index`: makes a recording's index, by which it opens and seeks fast.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { printLine } from '../../infra/program/standard-output.ts'
import { CONTROL_INDEX, INDEX_FILE } from '../../replay/control/index-file.ts'
import { PLACES_FILE, PLACES_INDEX } from '../../replay/places/places-file.ts'
import { makeIndex } from '../../replay/record/make-index.ts'
import type { Recording } from '../../replay/recording/recording.ts'
import {
  openSidecar,
  type SidecarFooter,
  type SidecarKind,
} from '../../replay/sidecar/sidecar-file.ts'
import { type CliCommand, SCENARIO_OPTIONS } from '../options/options.ts'
import { createProgress } from '../output/progress.ts'
import { sizeText } from '../output/sizes.ts'
import { RECORDING_WORD, withRecording } from './opened.ts'

const FILES = [INDEX_FILE, PLACES_FILE]

export const indexCommand: CliCommand = {
  name: 'index',
  about: `
Reads a recording and writes beside it ${INDEX_FILE} (what it says besides the events) and ${PLACES_FILE} (where ticks and
checkpoints lie). A recorder writes them as it goes; this is for recordings that were cut off, or made before there were any.
Indexes that fit are left as they are. One that is stale or damaged is never used: without it everything is the same, later.`,
  words: RECORDING_WORD,
  options: {
    again: { type: 'boolean', text: 'make it anew, whatever is there' },
    json: SCENARIO_OPTIONS.json,
  },
  examples: ['npx huacheng index rainstorm'],
  async run(values) {
    await withRecording(values, async (recording) => {
      const found = await usable(recording)
      const isMade = values.again === true || found !== null
      if (isMade) await made(recording)
      let bytes = 0
      for (const file of FILES) bytes += (await stat(join(recording.folder, file))).size
      if (values.json) printLine(JSON.stringify({ made: isMade, why: found, bytes }))
      else {
        const why = found === null ? '' : ` (${found})`
        const names = FILES.join(', ')
        printLine(`${names} ${isMade ? `made${why}` : 'fit'}, ${sizeText(bytes)}`)
      }
    })
  },
}

/** Null, or why one that is there cannot be used. */
async function usable(recording: Recording): Promise<string | null> {
  return (await unfit(recording, CONTROL_INDEX)) ?? (await unfit(recording, PLACES_INDEX))
}

async function unfit<F extends SidecarFooter>(
  recording: Recording,
  kind: SidecarKind<F>,
): Promise<string | null> {
  const opened = await openSidecar(recording, kind)
  if (typeof opened === 'string') return opened
  await opened.handle.close()
  return null
}

async function made(recording: Recording): Promise<void> {
  const progress = createProgress()
  try {
    await makeIndex(recording, ({ read, members }) =>
      progress.show(
        () => `index: ${read} of ${members} members, ${Math.floor((100 * read) / members)} %`,
      ),
    )
  } finally {
    progress.end()
  }
}
