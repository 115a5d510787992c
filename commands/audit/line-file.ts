// A file of lines that is read more than once: a pipe or a packed file is copied first, what is no UTF-8 is named by its line.
import { isUtf8 } from 'node:buffer'
import {
  closeSync,
  createReadStream,
  createWriteStream,
  fstatSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { Problem, problemText } from '../../infra/problem.ts'
import { fileProblem, isSystemError } from '../../infra/program/system-error.ts'
import {
  encodingFault,
  folderError,
  formatFault,
  isGzip,
  type TextFault,
  withoutMark,
} from '../../infra/text/text-file.ts'
import { userPath } from '../options/user-path.ts'

const CHUNK_BYTES = 1024 * 1024
/** No record that Kafka takes is longer. */
const LONGEST_LINE = 16 * CHUNK_BYTES
const NEWLINE = 10
const PACKED = 2

export type Line = { bytes: Buffer; line: number; position: number }

export interface LineFile {
  /** From the first line to the last; a Problem names one that is no text. */
  lines(): Generator<Line>
  /** The bytes of a line that was seen before. */
  at(position: number, bytes: number): Buffer
  close(): void
}

/** `label` is the path as the user gave it; `-` is standard input. Throws a Problem for what cannot be read. */
export async function openLines(label: string): Promise<LineFile> {
  const fd = await openSeekable(userPath(label), label)

  function at(position: number, bytes: number): Buffer {
    const buffer = Buffer.allocUnsafe(bytes)
    return buffer.subarray(0, readSync(fd, buffer, 0, bytes, position))
  }

  function* lines(): Generator<Line> {
    const first = at(0, CHUNK_BYTES)
    const fault = formatFault(first)
    if (fault) throw textProblem(label, fault)
    const start = first.length - withoutMark(first).length
    let line = 0
    for (const { bytes, position } of piecesOf(fd, start)) {
      line++
      if (bytes.length > LONGEST_LINE) {
        const fault = { got: `a line of more than ${LONGEST_LINE} bytes`, expected: 'lines' }
        throw textProblem(`${label}:${line}`, fault)
      }
      if (!isUtf8(bytes)) throw textProblem(label, encodingFault(bytes, line, position))
      yield { bytes, line, position }
    }
  }

  return { lines, at, close: () => closeSync(fd) }
}

function textProblem(where: string, { got, expected, todo }: TextFault): Problem {
  return new Problem(problemText(where, got, expected, todo))
}

/** Lines without their ends; one that is too long is cut behind the limit. */
function* piecesOf(fd: number, start: number) {
  let rest: Buffer = Buffer.alloc(0)
  /** Of the first byte of `rest`. */
  let position = start
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  for (;;) {
    const read = readSync(fd, chunk, 0, CHUNK_BYTES, position + rest.length)
    const all = Buffer.concat([rest, chunk.subarray(0, read)])
    let from = 0
    for (let to = all.indexOf(NEWLINE); to >= 0; to = all.indexOf(NEWLINE, from)) {
      yield { bytes: all.subarray(from, to), position: position + from }
      from = to + 1
    }
    rest = all.subarray(from)
    position += from
    if (read > 0 && rest.length <= LONGEST_LINE) continue
    if (rest.length > 0) yield { bytes: rest, position }
    return
  }
}

/** A handle on the file itself, or on an unpacked copy of what can be read only once; the copy goes with the handle. */
async function openSeekable(path: string, label: string): Promise<number> {
  let fd: number
  try {
    fd = openSync(path, 'r')
    const stats = fstatSync(fd)
    if (stats.isDirectory()) throw folderError(path)
    if (stats.isFile()) {
      const first = Buffer.alloc(PACKED)
      readSync(fd, first, 0, PACKED, 0)
      if (!isGzip(first)) return fd
    }
  } catch (error) {
    throw fileProblem(error, label)
  }
  const folder = mkdtempSync(join(tmpdir(), 'huacheng-'))
  try {
    const copy = join(folder, 'lines')
    await unpackTo(copy, fd)
    return openSync(copy, 'r')
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException
    if (code?.startsWith('Z_')) {
      throw textProblem(label, { got: 'a damaged gzip archive', expected: 'UTF-8 text' })
    }
    if (!isSystemError(error)) throw error
    throw fileProblem(error, syscall === 'write' ? `the copy of ${label} in ${tmpdir()}` : label)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function unpackTo(copy: string, fd: number): Promise<void> {
  const source = createReadStream('', { fd })[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let first: Buffer = Buffer.alloc(0)
  let isOver = false
  while (first.length < PACKED && !isOver) {
    const { value, done } = await source.next()
    if (value) first = Buffer.concat([first, value])
    isOver = done === true
  }
  async function* whole() {
    yield first
    while (!isOver) {
      const { value, done } = await source.next()
      if (value) yield value
      isOver = done === true
    }
  }
  const out = createWriteStream(copy)
  if (isGzip(first)) await pipeline(whole, createGunzip(), out)
  else await pipeline(whole, out)
}
