// Recordings broken in every way that comes to mind, a short round of each: no crash, nothing brought back that was not there,
// nothing called proved that is not whole. The long one, with figures: npx node test/replay/recording/fuzz-long.ts
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { stream } from '../../../infra/random.ts'
import { CODECS } from '../../../replay/recording/codec.ts'
import { readManifest } from '../../../replay/recording/manifest.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { BREAKINGS, brokenOnce, soundRecording } from './fuzz.ts'

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-fuzz-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const cases = CODECS.flatMap((codec) => [true, false].map((isClosed) => ({ codec, isClosed })))

test.each(cases)(
  '$codec, closed: $isClosed: never crashes, and never says what was not',
  async ({ codec, isClosed }) => {
    const sound = await soundRecording(join(scratch, `${codec}-${isClosed}`), codec, 600, isClosed)
    const words = stream(1, 'fuzz', `${codec} ${isClosed}`)
    const counts: Record<string, number> = {}
    for (const way of Object.keys(BREAKINGS)) {
      for (let i = 0; i < (way === 'bomb' ? 2 : 8); i++) {
        const { result } = await brokenOnce(way, words, sound, join(scratch, 'broken'))
        counts[result] = (counts[result] ?? 0) + 1
      }
    }
    expect(counts.refused).toBeGreaterThan(10)
    expect(counts['as it was']).toBeGreaterThan(0)
  },
  60_000,
)

test('a pipe in a file’s place is refused, not waited for', async () => {
  const { folder } = await soundRecording(join(scratch, 'pipe'), 'gz', 10, true)
  for (const name of ['events-000001.idx', 'events-000001.jsonl.gz', 'manifest.json']) {
    rmSync(join(folder, name))
    execFileSync('mkfifo', [join(folder, name)])
    if (name.endsWith('.idx')) await (await Recording.open(folder)).close()
    else await expect(Recording.open(folder)).rejects.toThrow(`${name}: no file, expected a file`)
  }
})

test('a manifest that is too long is not read', async () => {
  const folder = mkdtempSync(join(scratch, 'long-'))
  writeFileSync(join(folder, 'manifest.json'), Buffer.alloc(9 * 1024 * 1024, '['))
  await expect(readManifest(folder)).rejects.toThrow('9437184 bytes, expected at most 8388608')
})
