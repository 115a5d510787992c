// `huacheng brief`: a recording's state at a time as one A4 page.
import { writeFile } from 'node:fs/promises'
import { allOf, Problem, problemText } from '../../infra/problem.ts'
import { EXIT_DIFFERS } from '../../infra/program/exit-codes.ts'
import { printLine } from '../../infra/program/standard-output.ts'
import { fileProblem } from '../../infra/program/system-error.ts'
import { isoTime, parseInstant } from '../../infra/time.ts'
import type { Descriptor } from '../../producers/contract/records.ts'
import { briefFacts } from '../../replay/brief/facts.ts'
import { briefPage } from '../../replay/brief/page.ts'
import type { BriefLanguage } from '../../replay/brief/words.ts'
import { ReplayedRun } from '../../replay/player/replayed-run.ts'
import { isProved, verifyRecording } from '../../replay/verify/verify.ts'
import type { Landmark } from '../../seeds/contract.ts'
import type { CliCommand, OptionValues } from '../options/options.ts'
import { worldsOfDescriptors } from '../wiring/on-kafka.ts'
import { newFile } from './new-folder.ts'
import { RECORDING_WORD, withRecording } from './opened.ts'
import { instantWithin } from './replay-times.ts'

const LANGUAGES: readonly BriefLanguage[] = ['zh', 'en']

export const brief: CliCommand = {
  name: 'brief',
  about: `
One HTML file that needs nothing else, made to be printed: key figures with their samples and windows, plan targets with clause
and status, incidents, alerts and commands of the time up to --at, and how all of it is proved. Every number is a final reading
as it was recorded; the records are verified anew for it. Exit code 99 when they do not prove, and the page says so.`,
  words: RECORDING_WORD,
  options: {
    at: { type: 'string', value: 'instant', text: 'as of the tick before; default the end' },
    lang: { type: 'string', value: 'name', text: LANGUAGES.join(' or '), default: 'zh' },
    out: { type: 'string', value: 'file', text: 'the page; a file of that name is replaced' },
  },
  examples: [
    'npx huacheng brief rainstorm --out brief.html',
    'npx huacheng brief rainstorm --at 2025-06-11T18:00:00+08:00 --lang en --out brief-en.html',
  ],
  async run(values) {
    const { at, lang, out } = askedOf(values)
    await withRecording(values, async (recording) => {
      const run = await ReplayedRun.open(recording)
      const time = instantWithin('--at', at, await run.positions.span())
      const facts = await briefFacts(run, time ?? (await run.positions.span()).to)
      const verdict = await verifyRecording(recording)
      const landmarks = landmarksOf(facts.descriptor)
      const text = briefPage({ facts, verdict, lang, landmarks })
      await writeFile(out, text).catch((error: unknown) => {
        throw fileProblem(error, out)
      })
      printLine(`${values.out}: as of ${isoTime(facts.at)}`)
      if (!isProved(verdict)) process.exitCode = EXIT_DIFFERS
    })
  },
}

function askedOf(values: OptionValues) {
  return allOf('huacheng brief', {
    at: () => (values.at === undefined ? undefined : parseInstant(values.at as string, '--at')),
    lang: () => {
      const lang = (values.lang ?? 'zh') as BriefLanguage
      if (LANGUAGES.includes(lang)) return lang
      throw new Problem(problemText('--lang', `"${lang}"`, LANGUAGES.join(' or ')))
    },
    out: () => {
      if (values.out !== undefined) return newFile('out', values.out as string)
      throw new Problem(problemText('--out', 'nothing', 'the name of a file'))
    },
  })
}

/** None where this build has other seeds than the run's: then a place is its degrees. */
function landmarksOf(descriptor: Descriptor): Landmark[] {
  try {
    return worldsOfDescriptors().cityOf(descriptor).landmarks
  } catch (error) {
    if (error instanceof Problem) return []
    throw error
  }
}
