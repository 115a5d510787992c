// The folder that an export makes: files that are all there, with export.json that says so, or none.
import { createHash } from 'node:crypto'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem, problemText } from '../../infra/problem.ts'
import { fileProblem } from '../../infra/program/system-error.ts'
import { DurableFile } from '../recording/durable-file.ts'

const NOTE_FILE = 'export.json'

/** `rows` = records or rows in it; null where it has none. */
export type ExportedFile = { file: string; rows: number | null; bytes: number; sha256: string }

export class ExportFolder {
  readonly path: string
  readonly files: ExportedFile[] = []
  readonly #open = new Map<DurableFile, string>()
  readonly #made: string[] = []

  private constructor(path: string) {
    this.path = path
  }

  /** Makes it, or takes one that is empty; throws a Problem where neither can be. */
  static async create(path: string): Promise<ExportFolder> {
    let present: string[]
    try {
      await mkdir(path, { recursive: true })
      present = await readdir(path)
    } catch (error) {
      throw fileProblem(error, path)
    }
    if (present.length === 0) return new ExportFolder(path)
    const got = `a folder with ${present.length} files`
    throw new Problem(problemText(path, got, 'a new or empty one'))
  }

  /** A new file; `name` of anybody's making leads nowhere else. */
  async begin(name: string): Promise<DurableFile> {
    const file = await DurableFile.create(join(this.path, plainName(name)))
    this.#made.push(file.path)
    this.#open.set(file, plainName(name))
    return file
  }

  async end(file: DurableFile, rows: number | null): Promise<void> {
    const name = this.#open.get(file)!
    this.#open.delete(file)
    const sha256 = await file.close()
    this.files.push({ file: name, rows, bytes: file.bytes, sha256 })
  }

  /** A whole file at once. */
  async write(name: string, text: string): Promise<void> {
    const file = await this.begin(name)
    await file.append([Buffer.from(text)])
    await this.end(file, null)
  }

  /** Says what it holds: an export without this file was cut off. */
  async close(about: Record<string, unknown>): Promise<void> {
    const files = this.files.sort((a, b) => (a.file < b.file ? -1 : 1))
    const path = join(this.path, NOTE_FILE)
    this.#made.push(path)
    try {
      await writeFile(path, `${JSON.stringify({ ...about, files }, null, 2)}\n`, { flush: true })
    } catch (error) {
      throw fileProblem(error, path)
    }
  }

  /** Takes away what was made: half an export is none, and the disk may be full of it. */
  async abandon(): Promise<void> {
    await Promise.allSettled([...this.#open.keys()].map((file) => file.close()))
    await Promise.allSettled(this.#made.map((path) => rm(path, { force: true })))
  }
}

const LONGEST_NAME = 200
const HASH_CHARS = 12

/** As it is where every file system takes it; else its letters with a hash that keeps two of them apart. */
function plainName(name: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name) && name.length <= LONGEST_NAME) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_CHARS)
  const [, stem, end] = /^(.*?)((?:\.[a-z]{1,8}){0,2})$/s.exec(name)!
  const letters = stem.replace(/[^A-Za-z0-9_-]+/g, '_').slice(0, LONGEST_NAME / 2)
  return `_${letters}-${hash}${end}`
}
