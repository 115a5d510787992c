// Files of a folder that anybody may have made: a pipe or device in a file's place is refused, never waited for.
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { Problem, problemText } from '../../infra/problem.ts'
import { fileProblem } from '../../infra/program/system-error.ts'

/** To be read; throws a Problem. */
export async function openPlain(path: string): Promise<FileHandle> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(
    (error: unknown) => {
      throw fileProblem(error, path)
    },
  )
  const is = await handle.stat()
  if (is.isFile()) return handle
  await handle.close()
  throw new Problem(problemText(path, is.isDirectory() ? 'a folder' : 'no file', 'a file'))
}

/** All of it; throws a Problem where it is longer than `most` bytes, with no more of it read. */
export async function readPlain(path: string, most: number): Promise<Buffer> {
  const handle = await openPlain(path)
  try {
    const { size } = await handle.stat()
    if (size > most) throw new Problem(problemText(path, `${size} bytes`, `at most ${most}`))
    const bytes = await readAt(handle, path, 0, size)
    if (bytes.length === size) return bytes
    throw new Problem(problemText(path, `${bytes.length} bytes`, `${size} as its folder says`))
  } finally {
    await handle.close()
  }
}

/** So many bytes, or what there is of them; `path` is what a Problem calls the file. */
export async function readAt(
  handle: FileHandle,
  path: string,
  at: number,
  bytes: number,
): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(bytes)
  let read = 0
  try {
    while (read < bytes) {
      const { bytesRead } = await handle.read(buffer, read, bytes - read, at + read)
      if (bytesRead === 0) break
      read += bytesRead
    }
  } catch (error) {
    throw fileProblem(error, path)
  }
  return buffer.subarray(0, read)
}
