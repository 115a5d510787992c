// What something remembers as one piece of bytes: sealed with a SHA-256, and with a header that says whose state it is.
import { createHash } from 'node:crypto'
import { Problem, problemText } from '../problem.ts'
import { layoutOf } from './state-layout.ts'
import { StateReader } from './state-reader.ts'
import type { HasState, StateWalk } from './state-walk.ts'
import { StateWriter } from './state-writer.ts'

/** Its last digit is the version of this format. */
const MAGIC = Buffer.from('huacheng state 1\n')
const SEAL_BYTES = 32
const BODY_AT = MAGIC.length + SEAL_BYTES
const WHERE = 'saved state'

/** What must be the same where it is restored, by its name for people. */
export type StateOwner = Readonly<Record<string, string>>

/** Columns are copied as they lie in memory. */
const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** Whose walk can be interrupted: each piece takes some hundredths of a second at most. */
export interface HasStateInPieces extends HasState {
  stateInPieces(walk: StateWalk): Iterable<undefined>
}

export function saveState(owner: StateOwner, part: HasState): Uint8Array {
  const writer = writerOf(owner, part)
  writer.part(part)
  const pieces = writer.written
  return Buffer.concat([MAGIC, sealOf(pieces), ...pieces])
}

/** The same bytes piece by piece: others may have a turn in between, in which nothing of `part` may change. */
export function* savingState(
  owner: StateOwner,
  part: HasStateInPieces,
): Generator<undefined, Uint8Array> {
  const writer = writerOf(owner, part)
  for (const piece of part.stateInPieces(writer)) yield piece
  const pieces = writer.written
  const seal = createHash('sha256')
  for (const piece of pieces) {
    seal.update(piece)
    yield
  }
  return Buffer.concat([MAGIC, seal.digest(), ...pieces])
}

function writerOf(owner: StateOwner, part: HasState): StateWriter {
  checkMachine()
  const writer = new StateWriter()
  writer.plain({ ...owner, code: layoutOf(part) })
  return writer
}

/**
 * Overwrites all that `part` remembers. Throws a Problem for bytes that are damaged, or another owner's, or of other code, and
 * then nothing is changed; if it throws for bytes that somebody sealed anew, `part` is in no state to go on.
 */
export function restoreState(owner: StateOwner, part: HasState, bytes: Uint8Array): void {
  checkMachine()
  const body = bodyOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  const reader = new StateReader(body)
  checkOwner(reader.plain<unknown>(null), { ...owner, code: layoutOf(part) })
  reader.part(part)
  reader.end()
}

function bodyOf(bytes: Buffer): Buffer {
  const magic = bytes.subarray(0, MAGIC.length)
  if (!magic.equals(MAGIC)) {
    const got = JSON.stringify(magic.toString('latin1'))
    refuse(got, `${JSON.stringify(MAGIC.toString())} at its beginning`)
  }
  const body = bytes.subarray(BODY_AT)
  if (bytes.length < BODY_AT || !sealOf([body]).equals(bytes.subarray(MAGIC.length, BODY_AT))) {
    refuse(`damaged bytes (${bytes.length} of them)`, 'all of the bytes that were saved')
  }
  return body
}

function checkOwner(saved: unknown, owner: StateOwner): void {
  const of = Object(saved) as Record<string, unknown>
  for (const [name, expected] of Object.entries(owner)) {
    if (of[name] === expected) continue
    refuse(
      `${name} ${JSON.stringify(of[name]) ?? 'unknown'}`,
      `${name} ${JSON.stringify(expected)}`,
    )
  }
}

function refuse(got: string, expected: string): never {
  throw new Problem(problemText(WHERE, got, expected, 'save it anew from the same run'))
}

function checkMachine(): void {
  if (IS_LITTLE_ENDIAN) return
  throw new Problem(problemText(WHERE, 'a big-endian machine', 'a little-endian one'))
}

function sealOf(pieces: Buffer[]): Buffer {
  const hash = createHash('sha256')
  for (const piece of pieces) hash.update(piece)
  return hash.digest()
}
