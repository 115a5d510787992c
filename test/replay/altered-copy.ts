// A recording with one altered event that is otherwise as it should be: checksums, counts and manifest.
import { createHash } from 'node:crypto'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { memberBytes, packMember } from '../../replay/recording/codec.ts'
import type { RecordingManifest } from '../../replay/recording/manifest.ts'

/** Writes `to` over the first `from` in the events of `folder` (gz), in a copy at `path`; both of one length. */
export async function alteredCopy(
  folder: string,
  path: string,
  from: string,
  to: string,
): Promise<string> {
  cpSync(folder, path, { recursive: true })
  const manifestPath = join(path, 'manifest.json')
  const manifest = JSON.parse(readFileSync(manifestPath, 'utf8')) as RecordingManifest
  const [note] = manifest.segments.filter(({ file }) => file.startsWith('events-'))
  const file = join(path, note.file)
  const bytes = readFileSync(file)
  const pieces: Buffer[] = []
  let isDone = false
  for (let at = 0; at < bytes.length; ) {
    const length = memberBytes('gz', bytes.subarray(at, at + 20)) as number
    const text = gunzipSync(bytes.subarray(at, at + length))
    const found = isDone ? -1 : text.indexOf(from)
    if (found >= 0) {
      text.write(to, found)
      isDone = true
    }
    pieces.push(...(await packMember('gz', text)))
    at += length
  }
  if (!isDone || from.length !== to.length) throw new Error(`${from} cannot be made ${to}`)
  const whole = Buffer.concat(pieces)
  writeFileSync(file, whole)
  rmSync(file.replace('.jsonl.gz', '.idx'))
  const sha256 = createHash('sha256').update(whole).digest('hex')
  const segments = manifest.segments.map((it) =>
    it === note ? { ...it, sha256, bytes: whole.length } : it,
  )
  writeFileSync(manifestPath, JSON.stringify({ ...manifest, segments }))
  return path
}
