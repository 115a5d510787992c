// Text from people's files: a byte order mark is skipped, gzip is read, everything that is no UTF-8 is named and refused.
import { isUtf8 } from 'node:buffer'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { Problem, problemText } from '../problem.ts'
import { fileMeaning, fileProblem, isSystemError } from '../program/system-error.ts'

/** What is wrong with bytes that should be text. */
export type TextFault = { got: string; expected: string; todo?: string }
export type TextResult = { bytes: Buffer; fault?: undefined } | { fault: TextFault }

const EXPECTED = 'UTF-8 text'
const MIB = 1024 * 1024
/** Larger than any file of seeds/ by far; a file of records is not read as a whole. */
const MAX_TEXT_BYTES = 64 * MIB
const CHUNK_BYTES = MIB
const WAIT_MS = 5
/** Of a file that is looked at to name its encoding. */
const LOOK_BYTES = 64 * 1024

/** First bytes of what people have lying about beside text. */
const FORMATS: [name: string, first: number[], todo: string][] = [
  ['zip archive', [0x50, 0x4b, 0x03, 0x04], 'unpack it'],
  ['zstd archive', [0x28, 0xb5, 0x2f, 0xfd], 'unpack it (zstd -d)'],
  ['bzip2 archive', [0x42, 0x5a, 0x68], 'unpack it (bunzip2)'],
  ['xz archive', [0xfd, 0x37, 0x7a, 0x58, 0x5a], 'unpack it (unxz)'],
  ['PDF document', [0x25, 0x50, 0x44, 0x46], 'give the text itself'],
]
const UTF16 = 'convert it: iconv -f UTF-16 -t UTF-8'
const UTF32 = 'convert it: iconv -f UTF-32 -t UTF-8'

const startsWith = (bytes: Buffer, first: number[]) => first.every((byte, i) => bytes[i] === byte)

export function isGzip(bytes: Buffer): boolean {
  return startsWith(bytes, [0x1f, 0x8b])
}

/** Bytes without a UTF-8 mark at their beginning. */
export function withoutMark(bytes: Buffer): Buffer {
  return startsWith(bytes, [0xef, 0xbb, 0xbf]) ? bytes.subarray(3) : bytes
}

/** UTF-8 bytes without mark and packing, or what stands there instead. Never throws. */
export function decodeText(packed: Buffer, maxBytes = MAX_TEXT_BYTES): TextResult {
  let bytes = packed
  if (isGzip(packed)) {
    try {
      bytes = gunzipSync(packed, { maxOutputLength: maxBytes })
    } catch (error) {
      const isLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      if (isLarge) return tooLarge(maxBytes, 'gzip of ')
      return { fault: { got: 'a damaged gzip archive', expected: EXPECTED } }
    }
  }
  if (bytes.length > maxBytes) return tooLarge(maxBytes)
  const fault = formatFault(bytes)
  if (fault) return { fault }
  const text = withoutMark(bytes)
  if (isUtf8(text)) return { bytes: text }
  return { fault: encodingFault(text) }
}

function tooLarge(maxBytes: number, what = ''): { fault: TextFault } {
  const most = `at most ${Math.floor(maxBytes / MIB)} MiB`
  return { fault: { got: `${what}more than that`, expected: most, todo: 'is it the right file?' } }
}

/** What the first bytes say is no text. */
export function formatFault(bytes: Buffer): TextFault | null {
  const named = FORMATS.find(([, first]) => startsWith(bytes, first))
  if (named) return { got: `a ${named[0]}`, expected: EXPECTED, todo: named[2] }
  const utf32 = startsWith(bytes, [0xff, 0xfe, 0, 0]) || startsWith(bytes, [0, 0, 0xfe, 0xff])
  if (utf32) return { got: 'UTF-32', expected: EXPECTED, todo: UTF32 }
  if (startsWith(bytes, [0xff, 0xfe]) || startsWith(bytes, [0xfe, 0xff])) {
    return { got: 'UTF-16', expected: EXPECTED, todo: UTF16 }
  }
  const look = bytes.subarray(0, LOOK_BYTES)
  if (!look.includes(0)) return null
  const [even, odd] = zeros(look)
  const most = Math.max(even, odd)
  if (most > 1 && most > look.length / 8 && Math.min(even, odd) < most / 8) {
    return { got: 'UTF-16 without a mark', expected: EXPECTED, todo: UTF16 }
  }
  return { got: 'binary data', expected: EXPECTED, todo: 'is it the right file?' }
}

function zeros(bytes: Buffer): [even: number, odd: number] {
  const found: [number, number] = [0, 0]
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) found[at % 2]++
  return found
}

/** Names the first byte that is no UTF-8 by line and offset, and what the text may be instead. */
export function encodingFault(bytes: Buffer, firstLine = 1, firstOffset = 0): TextFault {
  const at = firstInvalid(bytes)
  let line = firstLine
  for (let i = bytes.indexOf(10); i >= 0 && i < at; i = bytes.indexOf(10, i + 1)) line++
  const hex = bytes[at].toString(16).padStart(2, '0')
  const got = `byte 0x${hex} in line ${line} (offset ${firstOffset + at}), which is no UTF-8`
  const chinese = looksChinese(bytes)
  const todo = chinese
    ? 'it looks like GB18030 (GBK): convert it: iconv -f GB18030 -t UTF-8'
    : 'save it as UTF-8, or convert it with iconv'
  return { got, expected: EXPECTED, todo }
}

function firstInvalid(bytes: Buffer): number {
  let good = 0
  let bad = bytes.length
  // The longest prefix that is UTF-8 but for a character that its end may cut.
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (isPrefix(bytes.subarray(0, middle))) good = middle
    else bad = middle
  }
  return wholeCharacters(bytes.subarray(0, good))
}

const isPrefix = (bytes: Buffer) => isUtf8(bytes.subarray(0, wholeCharacters(bytes)))

/** Length without the beginning of a character at the very end. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]
    if (byte < 0x80) break
    if (byte < 0xc0) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return length > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}

function looksChinese(bytes: Buffer): boolean {
  try {
    const decoder = new TextDecoder('gb18030', { fatal: true })
    const text = decoder.decode(bytes.subarray(0, LOOK_BYTES), { stream: true })
    return /[\u4e00-\u9fff]{2}/.test(text)
  } catch {
    return false // Not that either.
  }
}

/** All bytes of a file, pipe or device, at most one more than `maxBytes`; errors of the system are thrown as they are. */
function readBytes(path: string, maxBytes = MAX_TEXT_BYTES): Buffer {
  const fd = openSync(path, 'r')
  try {
    if (fstatSync(fd).isDirectory()) throw folderError(path)
    const chunks: Buffer[] = []
    let size = 0
    while (size <= maxBytes) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, maxBytes + 1 - size))
      const read = readPatiently(fd, chunk)
      if (read === 0) break
      chunks.push(chunk.subarray(0, read))
      size += read
    }
    return Buffer.concat(chunks)
  } finally {
    closeSync(fd)
  }
}

/** On some systems a folder can be opened. */
export function folderError(path: string): Error {
  return Object.assign(new Error(`EISDIR: ${path}`), { code: 'EISDIR', syscall: 'read', path })
}

/** A pipe that nobody has written to yet is waited for. */
function readPatiently(fd: number, chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(fd, chunk)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EOF') return 0
      if (code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS)
    }
  }
}

/** Bytes of a text file, or what is wrong with it or with reading it; throws defects only. */
export function readTextBytes(path: string, maxBytes?: number): TextResult {
  let bytes: Buffer
  try {
    bytes = readBytes(path, maxBytes)
  } catch (error) {
    if (!isSystemError(error)) throw error
    return { fault: fileMeaning(error) }
  }
  return decodeText(bytes, maxBytes)
}

/** The text of a file; a Problem that calls it `label` when it cannot be read or is no text. */
export function readTextFile(path: string, label = path): string {
  let bytes: Buffer
  try {
    bytes = readBytes(path)
  } catch (error) {
    throw fileProblem(error, label)
  }
  const decoded = decodeText(bytes)
  if (!decoded.fault) return decoded.bytes.toString('utf8')
  const { got, expected, todo } = decoded.fault
  throw new Problem(problemText(label, got, expected, todo))
}
