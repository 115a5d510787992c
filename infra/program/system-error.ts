// What the operating system refused, in one line: what, why and what to do. The one place that knows its codes.

import { Problem, problemText } from '../problem.ts'
import { EXIT_FAILED, EXIT_REFUSED } from './exit-codes.ts'

type Meaning = { got: string; expected: string; todo?: string; exitCode?: number }
type SystemError = Error & {
  code: string
  syscall?: string
  path?: string
  address?: string
  hostname?: string
  port?: number
}

const ROOM = 'room on the disk'
const FILE = 'a file that can be read'

const FILES: Record<string, Meaning> = {
  ENOENT: {
    got: 'no such file',
    expected: FILE,
    todo: 'check the path; it counts from where you stand',
  },
  ENOTDIR: {
    got: 'a file stands where a folder should be',
    expected: FILE,
    todo: 'check the path',
  },
  EISDIR: { got: 'a folder', expected: 'a file', todo: 'name the file in it' },
  EACCES: {
    got: 'no permission',
    expected: FILE,
    todo: 'change its rights, or run as a user who has them',
  },
  EPERM: {
    got: 'not permitted',
    expected: FILE,
    todo: 'change its rights, or run as a user who has them',
  },
  EROFS: { got: 'a read-only file system', expected: 'a folder that can be written' },
  ELOOP: { got: 'links that lead in a circle', expected: FILE },
  ENAMETOOLONG: { got: 'a name that is too long', expected: FILE },
  ENXIO: { got: 'a device or socket that nobody serves', expected: FILE },
  EINVAL: { got: 'nothing that can be read like this', expected: FILE },
  ERR_INVALID_ARG_VALUE: { got: 'a name with a zero byte', expected: FILE },
  EMFILE: {
    got: 'too many open files',
    expected: 'a free handle',
    todo: 'raise ulimit -n',
    exitCode: EXIT_FAILED,
  },
  ENFILE: {
    got: 'too many open files',
    expected: 'a free handle',
    todo: 'close other programs',
    exitCode: EXIT_FAILED,
  },
  ENOSPC: {
    got: 'no space left',
    expected: ROOM,
    todo: 'make room, then run it again',
    exitCode: EXIT_FAILED,
  },
  EDQUOT: {
    got: 'the quota is used up',
    expected: ROOM,
    todo: 'make room, then run it again',
    exitCode: EXIT_FAILED,
  },
  EFBIG: {
    got: 'the file would be too large',
    expected: 'a smaller one, or another file system',
    exitCode: EXIT_FAILED,
  },
  EIO: {
    got: 'the device failed',
    expected: 'one that works',
    todo: 'look into the system log',
    exitCode: EXIT_FAILED,
  },
  ENOMEM: {
    got: 'no memory left',
    expected: 'some',
    todo: 'close other programs',
    exitCode: EXIT_FAILED,
  },
}

const HOST = 'an address of this machine, such as 127.0.0.1'
const ADDRESSES: Record<string, Meaning> = {
  EADDRINUSE: {
    got: 'the port is taken',
    expected: 'a free one',
    todo: 'give another number, or 0 for any',
  },
  EADDRNOTAVAIL: { got: 'no address of this machine', expected: HOST },
  ENOTFOUND: { got: 'an unknown host name', expected: HOST },
  EAI_AGAIN: { got: 'a host name that cannot be looked up now', expected: HOST },
  EAI_FAIL: { got: 'an unknown host name', expected: HOST },
  EAFNOSUPPORT: { got: 'a kind of address that this machine does not have', expected: HOST },
  EINVAL: { got: 'no usable address', expected: HOST },
  EACCES: {
    got: 'no permission for this port',
    expected: 'a port above 1023, which anybody may open',
    todo: 'give another number, or run as a user who may open it',
  },
}

/** True for what comes from the operating system, as opposed to a defect of ours. */
export function isSystemError(error: unknown): error is SystemError {
  if (!(error instanceof Error)) return false
  const { code, syscall } = error as Partial<SystemError>
  return (
    (typeof code === 'string' && typeof syscall === 'string') ||
    (code === 'ERR_INVALID_ARG_VALUE' && /null bytes/.test(error.message))
  )
}

/** Got and expected words for a file that could not be used; a code that is not known is shown as it is. */
export function fileMeaning(error: unknown): Meaning {
  const code = String((error as { code?: unknown }).code ?? (error as Error).message)
  return FILES[code] ?? { got: code, expected: FILE }
}

/** A Problem about the file `where`; what is no error of the system is thrown as it is. */
export function fileProblem(error: unknown, where: string): Problem {
  if (!isSystemError(error)) throw error
  const { got, expected, todo, exitCode } = fileMeaning(error)
  return new Problem(problemText(where, got, expected, todo), exitCode)
}

/** A Problem about an address to listen on; `where` names the option. What is no error of the system is thrown as it is. */
export function listenProblem(error: unknown, where: string): Problem {
  if (!isSystemError(error)) throw error
  const { got, expected, todo } = ADDRESSES[error.code] ?? { got: error.code, expected: HOST }
  return new Problem(problemText(where, got, expected, todo), EXIT_REFUSED)
}

/** Any error of the system as a Problem, for those that nobody expected; null for a defect. */
export function systemProblem(error: unknown): Problem | null {
  if (!isSystemError(error)) return null
  const { syscall, path, address, hostname, port } = error
  if (syscall === 'listen' || syscall === 'bind' || syscall === 'getaddrinfo') {
    const host = address ?? hostname ?? 'address'
    return listenProblem(error, port === undefined ? host : `${host}:${port}`)
  }
  if (path === undefined && !FILES[error.code]) return null
  return fileProblem(error, path ?? String(syscall))
}
