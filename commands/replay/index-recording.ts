// `huacheng index`: makes a recording's index, by which it opens and seeks fast.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { printLine } from '../../infra/program/standard-output.ts'
import { INDEX_FILE, openIndex } from '../../replay/control/index-file.ts'
import { makeIndex } from '../../replay/control/make-index.ts'
import type { Recording } from '../../replay/recording/recording.ts'
import { type CliCommand, SCENARIO_OPTIONS } from '../options/options.ts'
import { createProgress } from '../output/progress.ts'
import { sizeText } from '../output/sizes.ts'
import { RECORDING_WORD, withRecording } from './opened.ts'

export const indexCommand: CliCommand = {
  name: 'index',
  about: `
Reads what a recording says besides the events and writes ${INDEX_FILE} beside it. A recorder writes it as it goes; this is for
recordings that were cut off, or made before there was an index. An index that fits is left as it is. One that is stale or
damaged is never used: without it everything is the same, later.`,
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
      const { size: bytes } = await stat(join(recording.folder, INDEX_FILE))
      if (values.json) printLine(JSON.stringify({ made: isMade, why: found, bytes }))
      else {
        const why = found === null ? '' : ` (${found})`
        printLine(`${INDEX_FILE} ${isMade ? `made${why}` : 'fits'}, ${sizeText(bytes)}`)
      }
    })
  },
}

/** Null, or why the one that is there cannot be used. */
async function usable(recording: Recording): Promise<string | null> {
  const opened = await openIndex(recording)
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
