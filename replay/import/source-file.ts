// One file of the folder → mapped lines, a chunk at a time; whatever cannot be mapped goes to the rejects.
import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { Problem, problemText, shown } from '../../infra/problem.ts'
import { fileProblem } from '../../infra/program/system-error.ts'
import { parseBoundedJson } from '../../infra/text/bounded-json.ts'
import { formatFault, isGzip, withoutMark } from '../../infra/text/text-file.ts'
import { isoTime } from '../../infra/time.ts'
import { csvFields } from './lines/csv-row.ts'
import { LineSplitter, MAX_LINE_BYTES, type RawLine } from './lines/line-splitter.ts'
import type { PlannedRule } from './mapping/plan.ts'
import type { LineFields } from './mapping/sources.ts'
import { Unmapped } from './mapping/unmapped.ts'
import { partitionOfKey } from './murmur2.ts'

const CHUNK_BYTES = 64 * 1024
/** Of a file whose format is looked at: a zero byte behind them spoils its line alone. */
const LOOK_BYTES = 16

/** A line as a record that has no offset yet. `file` and `rule` count from 0; `line` is where it stands. */
export type MappedLine = {
  time: number
  file: number
  line: number
  rule: number
  partition: number
  key: Buffer | null
  value: Buffer
}

export type Reject = {
  file: string
  line: number
  got: string
  expected: string
  bytes: Buffer | null
}

/** `path` to be opened, `name` within the folder. */
export type SourceFile = {
  path: string
  name: string
  number: number
  planned: PlannedRule
  rule: number
}

export type FileCounts = { lines: number; records: number; rejected: number; blank: number }

export type ReadOptions = {
  run: string
  /** A line that is earlier than one before it is rejected. */
  inOrder: boolean
  /** Of the bytes that were looked at before. */
  sha256: string | null
  counts: FileCounts
  reject(reject: Reject): void
}

/** `columns` of CSV. */
export type FileLook = { sha256: string; bytes: number; columns?: string[] }

/** Reads it once; throws a Problem where its first bytes or its columns stand in the way. */
export async function lookAt(file: SourceFile): Promise<FileLook> {
  const { format, header } = file.planned.rule
  const hash = createHash('sha256')
  const splitter = splitterOf(file)
  let bytes = 0
  let columns = header
  for await (const chunk of chunksOf(file)) {
    if (bytes === 0) throwIfNoText(file, chunk)
    if (format === 'csv' && !columns) {
      const [first] = splitter.push(bytes === 0 ? withoutMark(chunk) : chunk)
      if (first) columns = columnsOf(file, first)
    }
    hash.update(chunk)
    bytes += chunk.length
  }
  if (format === 'csv' && !columns) {
    const [only] = splitter.end()
    if (only) columns = columnsOf(file, only)
  }
  return { sha256: hash.digest('hex'), bytes, ...(columns && { columns }) }
}

/** Throws a Problem where it cannot be read, or is no longer what it was. */
export async function* mappedLines(
  file: SourceFile,
  options: ReadOptions,
): AsyncGenerator<MappedLine[]> {
  const splitter = splitterOf(file)
  const hash = createHash('sha256')
  const lines = new LineReader(file, options)
  let isFirst = true
  for await (const chunk of chunksOf(file)) {
    hash.update(chunk)
    yield lines.read(splitter.push(isFirst ? withoutMark(chunk) : chunk))
    isFirst = false
  }
  yield lines.read(splitter.end())
  if (options.sha256 !== null && hash.digest('hex') !== options.sha256)
    throw new Problem(
      problemText(file.name, 'other bytes than a moment before', 'a file that nobody writes to'),
    )
}

const splitterOf = ({ planned: { rule } }: SourceFile) =>
  new LineSplitter(rule.format === 'csv' ? (rule.delimiter ?? ',') : null)

async function* chunksOf({ path, name }: SourceFile): AsyncGenerator<Buffer> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw fileProblem(error, name)
  })
  try {
    for (;;) {
      // A new one each time: lines are views of it.
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
      const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES).catch((error: unknown) => {
        throw fileProblem(error, name)
      })
      if (bytesRead === 0) return
      yield chunk.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

function throwIfNoText({ name }: SourceFile, first: Buffer): void {
  const fault = isGzip(first)
    ? { got: 'a gzip archive', expected: 'UTF-8 text', todo: 'unpack it (gunzip)' }
    : formatFault(first.subarray(0, LOOK_BYTES))
  if (fault) throw new Problem(problemText(name, fault.got, fault.expected, fault.todo))
}

/** Names of the first row; throws a Problem where a column that is asked for is not there once. */
function columnsOf({ name, planned }: SourceFile, line: RawLine): string[] {
  const { delimiter = ',' } = planned.rule
  let names: string[]
  try {
    names = csvFields(textOf(line).text, delimiter)
  } catch (error) {
    if (!(error instanceof Unmapped)) throw error
    throw new Problem(`${name}:1: ${error.message}`)
  }
  const twice = names.find((it, i) => names.indexOf(it) !== i)
  if (twice !== undefined) {
    const todo = 'rename one of them'
    throw new Problem(
      problemText(`${name}:1`, `the column ${shown(twice)} twice`, 'each once', todo),
    )
  }
  const missing = planned.paths.find((path) => !names.includes(path))
  if (missing === undefined) return names
  const got = `the columns ${names.join(', ').slice(0, 400)}`
  throw new Problem(
    problemText(`${name}:1`, got, `"${missing}" among them, which the mapping names`),
  )
}

function textOf(line: RawLine): { bytes: Buffer; text: string } {
  if (line.fault) throw new Unmapped(line.fault.got, line.fault.expected)
  const { bytes } = line
  if (isUtf8(bytes)) return { bytes, text: bytes.toString('utf8') }
  throw new Unmapped('bytes that are not UTF-8', 'UTF-8 text')
}

class LineReader {
  readonly #file: SourceFile
  readonly #options: ReadOptions
  #columns: Map<string, number> | null
  #latest = Number.NEGATIVE_INFINITY
  #latestLine = 0

  constructor(file: SourceFile, options: ReadOptions) {
    const { header } = file.planned.rule
    this.#file = file
    this.#options = options
    this.#columns = header ? new Map(header.map((name, i) => [name, i])) : null
  }

  read(lines: RawLine[]): MappedLine[] {
    const { counts, reject } = this.#options
    const isCsv = this.#file.planned.rule.format === 'csv'
    return lines.flatMap((line) => {
      if (isCsv && !this.#columns) {
        this.#columns = new Map(columnsOf(this.#file, line).map((name, i) => [name, i]))
        return []
      }
      counts.lines++
      if (!line.fault && isBlank(line.bytes)) {
        counts.blank++
        return []
      }
      try {
        const mapped = this.#map(line)
        counts.records++
        return [mapped]
      } catch (error) {
        if (!(error instanceof Unmapped)) throw error
        counts.rejected++
        const { got, expected } = error
        const bytes = line.fault ? null : line.bytes
        reject({ file: this.#file.name, line: line.line, got, expected, bytes })
        return []
      }
    })
  }

  #map(raw: RawLine): MappedLine {
    const { planned, number, rule } = this.#file
    const { bytes, text } = textOf(raw)
    const row = planned.rule.format === 'csv' ? this.#csvRow(text) : jsonRow(bytes)
    const time = planned.timeOf(row)
    const made = planned.eventOf?.(row, time, this.#options.run)
    const key = made?.asset ?? keyOf(planned, row)
    const partition = planned.partition ?? (key ? partitionOfKey(key, planned.partitions) : 0)
    this.#checkOrder(time, raw.line)
    return {
      ...{ time, file: number, line: raw.line, rule, partition, key },
      value: made?.value ?? bytes,
    }
  }

  #checkOrder(time: number, line: number): void {
    if (!this.#options.inOrder) return
    if (time < this.#latest) {
      const expected = `no time before ${isoTime(this.#latest)} of line ${this.#latestLine}; --sort takes any order`
      throw new Unmapped(`the time ${isoTime(time)}`, expected)
    }
    this.#latest = time
    this.#latestLine = line
  }

  #csvRow(text: string): LineFields {
    const columns = this.#columns!
    const fields = csvFields(text, this.#file.planned.rule.delimiter ?? ',')
    if (fields.length !== columns.size)
      throw new Unmapped(`${fields.length} fields`, `${columns.size} as there are columns`)
    return (name) => fields[columns.get(name) ?? -1]
  }
}

const isBlank = (bytes: Buffer) => bytes.length < 64 && bytes.toString('latin1').trim() === ''

function keyOf({ keyOf }: PlannedRule, row: LineFields): Buffer | null {
  const key = keyOf?.(row)
  return key === undefined ? null : Buffer.from(String(key))
}

function jsonRow(bytes: Buffer): LineFields {
  const parsed = parseBoundedJson(bytes, { maxBytes: MAX_LINE_BYTES })
  if (parsed.fault) throw new Unmapped(parsed.fault.detail.replace(/^got /, ''), 'one JSON object')
  const { value } = parsed
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Unmapped(shown(value), 'a JSON object')
  return (path) => pointed(value, path)
}

/** RFC 6901; undefined where there is nothing. */
function pointed(value: object, pointer: string): unknown {
  let at: unknown = value
  for (const token of pointer.slice(1).split('/')) {
    const name = token.includes('~') ? token.replaceAll('~1', '/').replaceAll('~0', '~') : token
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined
    at = (at as Record<string, unknown>)[name]
  }
  return at
}
