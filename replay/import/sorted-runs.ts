// Mapped lines in any order → rows of them in order, each in a file of its own, so that no more than one lies in memory.
import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem, problemText } from '../../infra/problem.ts'
import { fileProblem } from '../../infra/program/system-error.ts'
import { DurableFile } from '../recording/durable-file.ts'
import type { MappedLine } from './source-file.ts'

const RUN_BYTES = 32 * 1024 * 1024
/** What a line costs besides its bytes. */
const LINE_BYTES = 200
const WRITTEN_BYTES = 1024 * 1024
const READ_BYTES = 64 * 1024
/** Each is open while they are merged. */
export const MOST_RUNS = 900
const HEAD_BYTES = 36
const NO_KEY = 0xffff_ffff

/**
 * Sorted by (time, file, line); `lines` come by file and line. Kept beside `out` until `clear`, each a file of frames.
 */
export class SortedRuns {
  readonly #folder: string
  readonly #runBytes: number
  readonly #paths: string[] = []
  #lines: MappedLine[] = []
  #bytes = 0

  private constructor(folder: string, runBytes: number) {
    this.#folder = folder
    this.#runBytes = runBytes
  }

  static async create(out: string, runBytes = RUN_BYTES): Promise<SortedRuns> {
    try {
      return new SortedRuns(await mkdtemp(`${out}-sorting-`), runBytes)
    } catch (error) {
      throw fileProblem(error, `${out}-sorting-`)
    }
  }

  async add(lines: MappedLine[]): Promise<void> {
    for (const line of lines) {
      this.#lines.push(line)
      this.#bytes += line.value.length + (line.key?.length ?? 0) + LINE_BYTES
    }
    if (this.#bytes >= this.#runBytes) await this.#spill()
  }

  /** In the order in which they were made: of one time what came first. */
  async rows(): Promise<AsyncIterable<MappedLine[]>[]> {
    // What lies in memory needs no file.
    const last = sorted(this.#lines)
    const held = (async function* () {
      yield last
    })()
    return [...this.#paths.map(linesOf), held]
  }

  clear(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true })
  }

  async #spill(): Promise<void> {
    if (this.#paths.length >= MOST_RUNS) {
      const got = `more than ${MOST_RUNS} times ${this.#runBytes} bytes`
      throw new Problem(problemText('--sort', got, 'less', 'import the files in parts'))
    }
    const path = join(this.#folder, `${this.#paths.length}`)
    const file = await DurableFile.create(path)
    this.#paths.push(path)
    try {
      let parts: Buffer[] = []
      let bytes = 0
      for (const line of sorted(this.#lines)) {
        const frame = frameOf(line)
        parts.push(...frame)
        for (const part of frame) bytes += part.length
        if (bytes < WRITTEN_BYTES) continue
        await file.append(parts)
        parts = []
        bytes = 0
      }
      if (parts.length > 0) await file.append(parts)
    } finally {
      await file.close()
    }
    this.#lines = []
    this.#bytes = 0
  }
}

/** A sort is stable, and lines of one time stand by file and line already. */
const sorted = (lines: MappedLine[]) => lines.sort((a, b) => a.time - b.time)

function frameOf({ time, file, line, rule, partition, key, value }: MappedLine): Buffer[] {
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeDoubleLE(time, 0)
  head.writeDoubleLE(line, 8)
  head.writeUInt32LE(file, 16)
  head.writeUInt32LE(rule, 20)
  head.writeUInt32LE(partition, 24)
  head.writeUInt32LE(key === null ? NO_KEY : key.length, 28)
  head.writeUInt32LE(value.length, 32)
  return key === null ? [head, value] : [head, key, value]
}

async function* linesOf(path: string): AsyncGenerator<MappedLine[]> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk as Buffer]) : (chunk as Buffer)
    const lines: MappedLine[] = []
    let at = 0
    for (let end = endOf(bytes, at); end > 0 && end <= bytes.length; end = endOf(bytes, at)) {
      lines.push(lineOf(bytes.subarray(at, end)))
      at = end
    }
    rest = bytes.subarray(at)
    yield lines
  }
}

/** Where the frame at `at` ends; 0 while its head is not there. */
function endOf(bytes: Buffer, at: number): number {
  if (bytes.length < at + HEAD_BYTES) return 0
  const key = bytes.readUInt32LE(at + 28)
  return at + HEAD_BYTES + (key === NO_KEY ? 0 : key) + bytes.readUInt32LE(at + 32)
}

function lineOf(frame: Buffer): MappedLine {
  const keyBytes = frame.readUInt32LE(28)
  const valueAt = HEAD_BYTES + (keyBytes === NO_KEY ? 0 : keyBytes)
  return {
    time: frame.readDoubleLE(0),
    line: frame.readDoubleLE(8),
    file: frame.readUInt32LE(16),
    rule: frame.readUInt32LE(20),
    partition: frame.readUInt32LE(24),
    key: keyBytes === NO_KEY ? null : frame.subarray(HEAD_BYTES, valueAt),
    value: frame.subarray(valueAt),
  }
}
