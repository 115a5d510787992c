// `huacheng export`: a recording as files for other people's tools.
import { allOf, Problem, problemText } from '../../infra/problem.ts'
import { printLine } from '../../infra/program/standard-output.ts'
import { ExplainedTables } from '../../replay/export/explained-tables.ts'
import { type Exported, type ExportSink, exportRecording } from '../../replay/export/export.ts'
import type { ExportFolder } from '../../replay/export/export-folder.ts'
import { JsonlSink } from '../../replay/export/jsonl.ts'
import { McapSink } from '../../replay/export/mcap.ts'
import { declarationsOf, recordedRuns } from '../../replay/export/recorded-runs.ts'
import type { ExportSelection } from '../../replay/export/selection.ts'
import { CsvTable } from '../../replay/export/tables/csv-table.ts'
import { describedEvents } from '../../replay/export/tables/event-table.ts'
import { ParquetTable } from '../../replay/export/tables/parquet-table.ts'
import { TablesSink } from '../../replay/export/tables/tables.ts'
import type { Recording } from '../../replay/recording/recording.ts'
import { topicsAskedFor } from '../options/choices.ts'
import { type CliCommand, type OptionValues, SCENARIO_OPTIONS } from '../options/options.ts'
import { createProgress } from '../output/progress.ts'
import { declaredDomains } from '../wiring/declared-domains.ts'
import { worldsOfDescriptors } from '../wiring/on-kafka.ts'
import { newFolder } from './new-folder.ts'
import { RECORDING_WORD, withRecording } from './opened.ts'
import { stretchOf } from './replay-times.ts'

const FORMATS = ['parquet', 'csv', 'jsonl', 'mcap'] as const
type Format = (typeof FORMATS)[number]

export const exportCommand: CliCommand = {
  name: 'export',
  about: `
parquet: one typed table per type of event, final readings, assets, and all else, for DuckDB and pandas;
\`duckdb -init analysis.sql\` there computes the readings anew from the events.
csv: the same tables as text; --excel for a spreadsheet: the city's time, codes as text, no formulas.
mcap: one file of messages for Foxglove; keys and headers are lost.
jsonl: one file per topic, one record per line with its value in its original bytes.
Times are the city's: a record counts from --from on and before --until by the time that it says, a reading by its window's
end. Nothing is half done: where something goes wrong the folder is empty again, and export.json is written last.`,
  words: RECORDING_WORD,
  options: {
    out: { type: 'string', value: 'folder', text: 'new or empty folder' },
    format: { type: 'string', value: 'name', text: FORMATS.join(', ') },
    from: { type: 'string', value: 'instant', text: 'leaves out what was before' },
    until: { type: 'string', value: 'instant', text: 'leaves out what was then or later' },
    topics: {
      type: 'string',
      value: 'a,b',
      text: 'these topics only; their prefix may be left out',
    },
    excel: { type: 'boolean', text: 'csv for a spreadsheet' },
    raw: {
      type: 'boolean',
      text: 'parquet or csv with each event’s own bytes as a column besides',
    },
    gz: { type: 'boolean', text: 'jsonl packed with gzip' },
    json: SCENARIO_OPTIONS.json,
  },
  examples: [
    'npx huacheng export rainstorm --format parquet --out tables',
    'npx huacheng export rainstorm --format jsonl --out lines',
    'npx huacheng export rainstorm --format jsonl --gz --out peak --from 2025-06-11T17:00:00+08:00 --until 2025-06-11T18:00:00+08:00',
  ],
  async run(values) {
    const asked = askedOf(values)
    await withRecording(values, async (recording) => {
      const exported = await exportTo(recording, asked)
      printLine(values.json ? JSON.stringify(exported) : textOf(exported))
    })
  },
}

type Asked = {
  out: string
  format: Format
  times: Omit<ExportSelection, 'topics'>
  topics: string[] | null
  isPacked: boolean
  hasRaw: boolean
  isForExcel: boolean
}

function askedOf(values: OptionValues): Asked {
  return allOf('huacheng export', {
    format: () => formatOf(values),
    out: () => newFolder('out', outOf(values)),
    times: () => timesOf(values),
    isPacked: () => onlyFor(values, 'gz', ['jsonl']),
    hasRaw: () => onlyFor(values, 'raw', ['parquet', 'csv']),
    isForExcel: () => onlyFor(values, 'excel', ['csv']),
    // Which of them are recorded is seen once the recording is open.
    topics: () => topicsAskedFor(values, 'topics'),
  })
}

function formatOf({ format }: OptionValues): Format {
  if (FORMATS.includes(format as Format)) return format as Format
  const got = format === undefined ? 'nothing' : `"${format}"`
  throw new Problem(problemText('--format', got, `one of ${FORMATS.join(', ')}`))
}

function outOf({ out }: OptionValues): string {
  if (out !== undefined) return out as string
  throw new Problem(problemText('--out', 'nothing', 'a new or empty folder'))
}

function onlyFor(values: OptionValues, option: string, formats: Format[]): boolean {
  if (values[option] !== true || formats.includes(values.format as Format))
    return values[option] === true
  throw new Problem(problemText(`--${option}`, `--format ${values.format}`, formats.join(' or ')))
}

function timesOf(values: OptionValues): Asked['times'] {
  const { from = null, to: until = null } = stretchOf('export', values, 'until')
  return { from, until }
}

/** With or without the prefix of the recorded topics. */
function topicsOf({ manifest }: Recording, names: string[]): Set<string> {
  const { topics, source } = manifest
  const wanted = names.map((name) => (name in topics ? name : `${source.prefix}${name}`))
  const unknown = names.filter((_, i) => !Object.hasOwn(topics, wanted[i]))
  if (unknown.length === 0) return new Set(wanted)
  const expected = `topics of the recording: ${Object.keys(topics).join(', ')}`
  throw new Problem(problemText('--topics', unknown.join(', '), expected))
}

async function exportTo(recording: Recording, asked: Asked): Promise<Exported> {
  const { out, format, times } = asked
  const topics = asked.topics && topicsOf(recording, asked.topics)
  const selection = { ...times, topics }
  const progress = createProgress()
  try {
    return await exportRecording(recording, {
      ...{ out, format, selection },
      openSink: (folder) => openSink(recording, folder, selection, asked),
      onProgress: ({ readBytes, ofBytes, records }) =>
        progress.show(
          () => `export: ${Math.floor((100 * readBytes) / ofBytes)} % read, ${records} records`,
        ),
    })
  } finally {
    progress.end()
  }
}

async function openSink(
  recording: Recording,
  folder: ExportFolder,
  selection: ExportSelection,
  { format, isPacked, hasRaw, isForExcel }: Asked,
): Promise<ExportSink> {
  if (format === 'jsonl') return new JsonlSink(folder, isPacked)
  const runs = await recordedRuns(recording)
  const { prefix, kind } = recording.manifest.source
  // What was imported was held against this build's declarations, or earlier ones of the same versions.
  const declarations = kind === 'import' ? declaredDomains() : declarationsOf(runs)
  if (format === 'mcap') return McapSink.open(folder, describedEvents(declarations, prefix))
  const { cityOf, catalogueOf } = worldsOfDescriptors()
  const tables = new TablesSink({
    ...{ runs, declarations, prefix, hasRaw },
    open: (name, columns) =>
      format === 'csv'
        ? CsvTable.open(folder, name, columns, isForExcel)
        : ParquetTable.open(folder, name, columns),
    worldOf: (descriptor) => ({ city: cityOf(descriptor), catalogue: catalogueOf(descriptor) }),
  })
  const run = runs.at(-1)
  if (format === 'csv' || !run) return tables
  return new ExplainedTables(folder, { recording, selection, run, tables })
}

function textOf({ records, files, leftOut }: Exported): string {
  const lines = files.map(({ file, rows, bytes }) => {
    const count = rows === null ? '' : `${rows}`
    return `  ${file.padEnd(44)} ${count.padStart(9)} ${`${bytes} bytes`.padStart(18)}`
  })
  const sum = files.reduce((bytes, file) => bytes + file.bytes, 0)
  const left = leftOut.map((text) => `left out: ${text}`)
  return [`${records} records in ${files.length} files, ${sum} bytes`, ...lines, ...left].join('\n')
}
