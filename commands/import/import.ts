// `huacheng import`: files that somebody has become a recording.
import { statSync } from 'node:fs'
import { realClock } from '../../infra/clock.ts'
import { allOf, Problem, problemText } from '../../infra/problem.ts'
import { printLine } from '../../infra/program/standard-output.ts'
import { fileProblem } from '../../infra/program/system-error.ts'
import { printable } from '../../infra/text/printable.ts'
import { type Imported, importFiles } from '../../replay/import/import.ts'
import { readMapping } from '../../replay/import/mapping/mapping.ts'
import { planOf } from '../../replay/import/mapping/plan.ts'
import { REJECTED_FILE } from '../../replay/import/rejects.ts'
import { sourceFolder } from '../../replay/import/source-folder.ts'
import { CODECS, type Codec } from '../../replay/recording/codec.ts'
import {
  type CliCommand,
  type OptionValues,
  SCENARIO_OPTIONS,
  wordsOf,
} from '../options/options.ts'
import { userPath } from '../options/user-path.ts'
import { createProgress } from '../output/progress.ts'
import { newFolder } from '../replay/new-folder.ts'
import { declaredDomains } from '../wiring/declared-domains.ts'

const DEFAULT_CODEC = 'gz'
const OTHERS_SHOWN = 10

export const importCommand: CliCommand = {
  name: 'import',
  about: `
For real data: sensors' JSON lines, timetables and positions as CSV, files of one's own. The mapping says of each kind of file
its format, topic, key, time and partition, and whether a record is the line in its own bytes ("value": "raw") or an event of
a type of this city ("event"), held against the type's schema. The recording is what \`record\` makes: info, verify and export
take it; export makes typed tables of typed events. It has no ticks: nothing proves what happened, and it cannot be replayed.
A mapping for JSON lines:
  {"version": 1, "files": [{"match": "*.jsonl", "format": "jsonl", "topic": "spots", "key": {"from": "/id"},
    "time": {"of": {"from": "/dateModified"}, "format": "iso"}, "value": "raw"}]}
Each file must be in the order of its times, or add --sort. A line that does not fit is listed with its place, what was got and
what was expected, and stands in rejected.jsonl; nothing is guessed. docs/import.md has all that a mapping can say.`,
  words: { value: 'FOLDER', text: 'the folder with the files' },
  options: {
    map: { type: 'string', value: 'file', text: 'the mapping, JSON' },
    out: { type: 'string', value: 'folder', text: 'new or empty folder for the recording' },
    codec: { type: 'string', value: 'name', text: CODECS.join(' or '), default: DEFAULT_CODEC },
    sort: { type: 'boolean', text: 'files in any order of times; sorted on the disk beside --out' },
    strict: {
      type: 'boolean',
      text: 'refuse at the first line that does not fit, before anything is written',
    },
    fsync: { type: 'boolean', text: 'wait for the disk after each member' },
    json: SCENARIO_OPTIONS.json,
  },
  examples: [
    'npx huacheng import my-data --map mapping.json --out imported',
    'npx huacheng import my-data --map mapping.json --out imported --sort --strict',
  ],
  async run(values) {
    const { folder, mapping, out, codec } = allOf('huacheng import', {
      mapping: () => mappingOf(values),
      out: () => outOf(values),
      codec: () => codecOf(values),
      folder: () => folderOf(values),
    })
    const { plan } = mapping
    const { files, others } = await sourceFolder(userPath(folder), folder, plan)
    const progress = createProgress()
    try {
      const imported = await importFiles({
        ...{ out, plan, files, codec, clock: realClock, mapping: mapping.mapping },
        survivesPowerCut: values.fsync === true,
        isStrict: values.strict === true,
        isSorted: values.sort === true,
        onProgress: (records) => progress.show(() => `import: ${records} records`),
      })
      printLine(values.json ? JSON.stringify({ ...imported, others }) : textOf(imported, others))
    } finally {
      progress.end()
    }
  },
}

function folderOf(values: OptionValues): string {
  const words = wordsOf(values)
  if (words.length !== 1) {
    const todo = 'name the folder with the files'
    throw new Problem(problemText('folder', `${words.length} of them`, 'one', todo))
  }
  const [folder] = words
  try {
    if (statSync(userPath(folder)).isDirectory()) return folder
  } catch (error) {
    throw fileProblem(error, folder)
  }
  throw new Problem(problemText(folder, 'a file', 'the folder that holds it'))
}

function mappingOf({ map }: OptionValues) {
  if (map === undefined) throw new Problem(problemText('--map', 'nothing', 'a mapping file'))
  const label = `--map ${map}`
  const mapping = readMapping(userPath(map as string), label)
  return { mapping, plan: planOf(mapping, declaredDomains(), label) }
}

function outOf({ out }: OptionValues): string {
  if (out !== undefined) return newFolder('out', out as string)
  throw new Problem(problemText('--out', 'nothing', 'a new or empty folder'))
}

function codecOf({ codec = DEFAULT_CODEC }: OptionValues): Codec {
  if (CODECS.includes(codec as Codec)) return codec as Codec
  throw new Problem(problemText('--codec', `"${codec}"`, CODECS.join(' or ')))
}

function textOf({ manifest, files, rejects }: Imported, others: string[]): string {
  const sum = (of: (file: (typeof files)[number]) => number) =>
    files.reduce((n, file) => n + of(file), 0)
  const rejected = sum((file) => file.rejected)
  const byFile = files.map(({ file, lines, records, rejected, blank }) => {
    const left = [rejected > 0 ? `${rejected} rejected` : '', blank > 0 ? `${blank} blank` : '']
    return `  ${file}: ${[`${lines} lines`, `${records} records`, ...left.filter((it) => it)].join(', ')}`
  })
  const more = rejected - rejects.length
  const unmapped =
    others.length > 0
      ? [
          `files that the mapping does not take: ${others.slice(0, OTHERS_SHOWN).join(', ')}${
            others.length > OTHERS_SHOWN ? ` and ${others.length - OTHERS_SHOWN} more` : ''
          }`,
        ]
      : []
  const topics = Object.keys(manifest.topics).map((topic) => {
    const own = manifest.lanes.filter((lane) => lane.topic === topic)
    return `  ${topic}: ${own.reduce((n, { events }) => n + events, 0)} records in ${own.length} partitions`
  })
  return printable(
    [
      ...rejects,
      ...(more > 0 ? [`and ${more} more, see ${REJECTED_FILE}`] : []),
      `${sum((file) => file.records)} records of ${sum((file) => file.lines)} lines, ${rejected} rejected`,
      ...byFile,
      ...unmapped,
      'topics',
      ...topics,
    ].join('\n'),
  )
}
