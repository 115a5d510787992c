// The recordings that a command's words name.
import { Problem, problemText } from '../../infra/problem.ts'
import { Recording } from '../../replay/recording/recording.ts'
import { type OptionValues, wordsOf } from '../options/options.ts'
import { userPath } from '../options/user-path.ts'

export const RECORDING_WORD = { value: 'FOLDER', text: 'a recording, as `huacheng record` made it' }

/** Opens it, hands it to `use` and closes it again, whatever happens. */
export async function withRecording<T>(
  values: OptionValues,
  use: (recording: Recording, beside?: Recording) => Promise<T>,
  /** Folder of a second one. */
  beside?: string,
): Promise<T> {
  const words = wordsOf(values)
  if (words.length !== 1) {
    throw new Problem(problemText('recording', `${words.length} folders`, 'one', 'name the folder'))
  }
  const folders = beside === undefined ? words : [...words, beside]
  return withOpened(folders, ([recording, second]) => use(recording, second))
}

/** Both of them. */
export async function withTwoRecordings<T>(
  values: OptionValues,
  use: (a: Recording, b: Recording) => Promise<T>,
): Promise<T> {
  const words = wordsOf(values)
  if (words.length !== 2) {
    throw new Problem(problemText('recordings', `${words.length} folders`, 'two', 'name both'))
  }
  return withOpened(words, ([a, b]) => use(a, b))
}

async function withOpened<T>(
  words: string[],
  use: (opened: Recording[]) => Promise<T>,
): Promise<T> {
  const opened: Recording[] = []
  try {
    for (const word of words) opened.push(await Recording.open(userPath(word)))
    return await use(opened)
  } finally {
    await Promise.all(opened.map((recording) => recording.close()))
  }
}
