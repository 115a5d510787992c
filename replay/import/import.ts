// A folder of files becomes a recording. In: files, a plan. Out: records by time, of each topic-partition with offsets from 0,
// and beside them what was rejected and what everything was made of.
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../infra/clock.ts'
import { Problem, problemText } from '../../infra/problem.ts'
import { EXIT_FAILED } from '../../infra/program/exit-codes.ts'
import { fileProblem } from '../../infra/program/system-error.ts'
import { version } from '../../infra/version.ts'
import type { Codec } from '../recording/codec.ts'
import type { RecordingManifest } from '../recording/manifest.ts'
import { RecordingWriter } from '../recording/recording-writer.ts'
import type { ImportPlan, PlannedRule } from './mapping/plan.ts'
import { numbered } from './mapping/typed-event.ts'
import { merged } from './merge.ts'
import { REJECTED_FILE, Rejects, textOf } from './rejects.ts'
import { MOST_RUNS, SortedRuns } from './sorted-runs.ts'
import {
  type FileCounts,
  type FileLook,
  lookAt,
  type MappedLine,
  mappedLines,
  type Reject,
  type SourceFile,
} from './source-file.ts'

const NOTE_FILE = 'import.json'

export type ImportOptions = {
  out: string
  plan: ImportPlan
  files: SourceFile[]
  /** The mapping as it was given: goes into the recording. */
  mapping: unknown
  codec: Codec
  clock: Clock
  survivesPowerCut: boolean
  /** The first line that cannot be mapped ends it, before anything is written. */
  isStrict: boolean
  isSorted: boolean
  /** Bytes of lines that are sorted in memory; for tests. */
  sortBytes?: number
  onProgress?(records: number): void
}

export type ImportedFile = FileCounts & FileLook & { file: string }

export type Imported = {
  manifest: RecordingManifest
  /** Stands where a city's run stands, in `source` of typed events. */
  run: string
  files: ImportedFile[]
  /** The first of the rejected lines, in words. */
  rejects: string[]
}

/** Throws a Problem; what was acknowledged by then stays readable. */
export async function importFiles(options: ImportOptions): Promise<Imported> {
  const { files, isSorted, isStrict, out, plan, clock, codec, survivesPowerCut } = options
  if (!isSorted && files.length > MOST_RUNS) {
    const todo = 'add --sort, or join them'
    throw new Problem(problemText('import', `${files.length} files`, `at most ${MOST_RUNS}`, todo))
  }
  const seen: ImportedFile[] = []
  for (const file of files) {
    seen.push({ file: file.name, ...(await lookAt(file)), ...noCounts() })
  }
  const run = runOf(options.mapping, seen)
  if (isStrict) await throwAtFirst(options, run)
  const topics = Object.fromEntries(
    plan.rules.map(({ topic, partitions }) => [topic, { partitions, track: 'events' as const }]),
  )
  const writer = await RecordingWriter.create({
    ...{ folder: out, clock, codec, topics, survivesPowerCut },
    source: { kind: 'import', prefix: plan.prefix },
  })
  const rejects = await Rejects.create(out)
  try {
    await write(writer, rejects, run, seen, options)
  } catch (error) {
    await Promise.allSettled([rejects.close(), writer.flush()])
    throw error
  }
  await rejects.close()
  await note(options, run, seen)
  const manifest = await writer.close()
  if (manifest.lanes.length > 0) return { manifest, run, files: seen, rejects: rejects.shown }
  const why = rejects.shown[0] ?? 'there is no line'
  throw new Problem(
    `import: got no record from ${files.length} files (${why}), expected some; see ${REJECTED_FILE}`,
    EXIT_FAILED,
  )
}

const noCounts = (): FileCounts => ({ lines: 0, records: 0, rejected: 0, blank: 0 })

/** The same files and mapping are the same import. */
function runOf(mapping: unknown, files: ImportedFile[]): string {
  const hash = createHash('sha256').update(JSON.stringify(mapping))
  for (const { file, sha256 } of files) hash.update(`\n${JSON.stringify(file)} ${sha256}`)
  return `r-${hash.digest('hex').slice(0, 12)}`
}

async function throwAtFirst({ files, isSorted }: ImportOptions, run: string): Promise<void> {
  const reject = (it: Reject) => {
    throw new Problem(`--strict: ${textOf(it)}`)
  }
  for (const file of files) {
    const shared = { run, inOrder: !isSorted, sha256: null, counts: noCounts(), reject }
    for await (const _ of mappedLines(file, shared));
  }
}

async function write(
  writer: RecordingWriter,
  rejects: Rejects,
  run: string,
  seen: ImportedFile[],
  options: ImportOptions,
): Promise<void> {
  const { files, isSorted, out, sortBytes, plan, onProgress } = options
  const read = (file: SourceFile) => {
    const counts = seen[file.number]
    const reject = (it: Reject) => rejects.add(it)
    return mappedLines(file, { run, inOrder: !isSorted, sha256: counts.sha256, counts, reject })
  }
  const runs = isSorted ? await SortedRuns.create(out, sortBytes) : null
  try {
    if (runs) {
      for (const file of files) {
        for await (const lines of read(file)) {
          await runs.add(lines)
          await rejects.flush()
        }
      }
    }
    const numbers = new RecordNumbers(plan.rules)
    let records = 0
    for await (const lines of merged(runs ? await runs.rows() : files.map(read))) {
      for (const line of lines) {
        const { topic, partition, record } = numbers.recordOf(line)
        await writer.add(topic, partition, [record])
      }
      await rejects.flush()
      records += lines.length
      onProgress?.(records)
    }
  } finally {
    await runs?.clear()
  }
}

/** Numbers records by topic-partition, and typed events by asset. */
class RecordNumbers {
  readonly #rules: PlannedRule[]
  readonly #offsets = new Map<string, bigint[]>()
  readonly #seqs = new Map<string, number>()

  constructor(rules: PlannedRule[]) {
    this.#rules = rules
  }

  recordOf({ rule, partition, time, key, value }: MappedLine) {
    const { topic, eventOf } = this.#rules[rule]
    const offsets = this.#offsets.get(topic) ?? []
    this.#offsets.set(topic, offsets)
    const offset = offsets[partition] ?? 0n
    offsets[partition] = offset + 1n
    const own = eventOf ? numbered(value, this.#seqOf(`${topic} ${key}`)) : value
    return { topic, partition, record: { offset, timestamp: time, key, value: own } }
  }

  #seqOf(asset: string): number {
    const seq = (this.#seqs.get(asset) ?? 0) + 1
    this.#seqs.set(asset, seq)
    return seq
  }
}

async function note(
  { out, mapping }: ImportOptions,
  run: string,
  files: ImportedFile[],
): Promise<void> {
  const path = join(out, NOTE_FILE)
  const about = { format: 'huacheng-import', version: 1, app: version, run, mapping, files }
  try {
    await writeFile(path, `${JSON.stringify(about, null, 2)}\n`, { flush: true })
  } catch (error) {
    throw fileProblem(error, path)
  }
}
