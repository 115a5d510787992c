// The recording that a command's one word names.
import { Problem, problemText } from '../../infra/problem.ts'
import { Recording } from '../../replay/recording/recording.ts'
import { type OptionValues, wordsOf } from '../options/options.ts'
import { userPath } from '../options/user-path.ts'

export const RECORDING_WORD = { value: 'FOLDER', text: 'a recording, as `huacheng record` made it' }

/** Opens both, hands them to `use` and closes them again, whatever happens. */
export async function withTwoRecordings<T>(
  values: OptionValues,
  use: (a: Recording, b: Recording) => Promise<T>,
): Promise<T> {
  const words = wordsOf(values)
  if (words.length !== 2) {
    throw new Problem(problemText('recordings', `${words.length} folders`, 'two', 'name both'))
  }
  const opened: Recording[] = []
  try {
    for (const word of words) opened.push(await Recording.open(userPath(word)))
    return await use(opened[0], opened[1])
  } finally {
    await Promise.all(opened.map((recording) => recording.close()))
  }
}

/** Opens it, hands it to `use` and closes it again, whatever happens. */
export async function withRecording<T>(
  values: OptionValues,
  use: (recording: Recording) => Promise<T>,
): Promise<T> {
  const words = wordsOf(values)
  if (words.length !== 1) {
    throw new Problem(problemText('recording', `${words.length} folders`, 'one', 'name the folder'))
  }
  const recording = await Recording.open(userPath(words[0]))
  try {
    return await use(recording)
  } finally {
    await recording.close()
  }
}
