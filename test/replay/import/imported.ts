// Files made for a test, imported, and what came of them.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'
import { declaredDomains } from '../../../commands/wiring/declared-domains.ts'
import { realClock } from '../../../infra/clock.ts'
import { type Imported, type ImportOptions, importFiles } from '../../../replay/import/import.ts'
import { readMapping } from '../../../replay/import/mapping/mapping.ts'
import { planOf } from '../../../replay/import/mapping/plan.ts'
import { sourceFolder } from '../../../replay/import/source-folder.ts'
import type { RecordedRecord } from '../../../replay/recording/line.ts'
import { Recording } from '../../../replay/recording/recording.ts'

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-import-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))
let made = 0

/** A new path in a folder that goes away with the test. */
export const newPath = (): string => join(scratch, String(++made))

/** A new folder with these files, by path in it. */
export function folderOf(files: Record<string, string | Buffer>): string {
  const folder = newPath()
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

/** Raw lines with their time in `t` (ms) and their key in `k`. */
export const RAW_JSONL = {
  ...{ match: '**/*.jsonl', format: 'jsonl', topic: 'lines', value: 'raw' },
  key: { from: '/k', optional: true },
  time: { of: { from: '/t' }, format: 'ms' },
}
export const RAW_CSV = {
  ...{ match: '**/*.csv', format: 'csv', topic: 'rows', value: 'raw' },
  time: { of: { from: 't' }, format: 'ms' },
}

export type Outcome = Imported & { out: string; records: RecordedRecord[]; rejected: Rejected[] }
type Rejected = {
  file: string
  line: number
  got: string
  expected: string
  text?: string
  b64?: string
}

/** Imports `folder` by rules as they stand in a mapping file. */
export async function imported(
  folder: string,
  rules: unknown[],
  options: Partial<ImportOptions> = {},
): Promise<Outcome> {
  const path = newPath()
  writeFileSync(path, JSON.stringify({ version: 1, files: rules }))
  const mapping = readMapping(path, 'map')
  const plan = planOf(mapping, declaredDomains(), 'map')
  const { files } = await sourceFolder(folder, 'folder', plan)
  const out = options.out ?? newPath()
  const result = await importFiles({
    ...{ out, plan, files, mapping, codec: 'gz', clock: realClock, survivesPowerCut: false },
    ...{ isStrict: false, isSorted: false },
    ...options,
  })
  return { ...result, out, records: await recordsOf(out), rejected: rejectedIn(out) }
}

export async function recordsOf(out: string): Promise<RecordedRecord[]> {
  const recording = await Recording.open(out)
  try {
    const records: RecordedRecord[] = []
    for await (const member of recording.records('events')) records.push(...member)
    return records
  } finally {
    await recording.close()
  }
}

const rejectedIn = (out: string): Rejected[] =>
  readFileSync(join(out, 'rejected.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
