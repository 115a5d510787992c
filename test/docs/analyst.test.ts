// docs/analyst.md, run as it is written: every command and query, and what it says that they print. Where the simulation has
// changed on purpose, docs/samples/rainstorm is recorded anew by the command of its second chapter.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { afterAll, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const FENCE = /^```(\w+)\n(.*?)^```$/gms
/** Opens a page and stays: what it opens has tests of its own. */
const STAYS = /huacheng replay (?!.*--no-console)/

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-analyst-'))
afterAll(() => rmSync(scratch, { recursive: true }))

type Step = { lang: string; text: string; expected: string | null }

function stepsOf(markdown: string): Step[] {
  const steps: Step[] = []
  for (const [, lang, text] of markdown.matchAll(FENCE)) {
    if (lang === 'text') steps.at(-1)!.expected = text.trimEnd()
    else steps.push({ lang, text, expected: null })
  }
  return steps
}

function shell(script: string): string {
  const own = `"${process.execPath}" "${join(ROOT, 'huacheng.js')}"`
  return execFileSync('bash', ['-c', `set -e; ${script.replaceAll('npx huacheng', own)}`], {
    cwd: scratch,
    env: { ...process.env, INIT_CWD: scratch },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trimEnd()
}

async function analysis(): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  await connection.run(`SET file_search_path = '${join(scratch, 'tables')}'`)
  await connection.run(readFileSync(join(scratch, 'tables/analysis.sql'), 'utf8'))
  return connection
}

it('prints what it says that it prints', async () => {
  symlinkSync(join(ROOT, 'docs'), join(scratch, 'docs'))
  const steps = stepsOf(readFileSync(join(ROOT, 'docs/analyst.md'), 'utf8'))
  let connection: DuckDBConnection | null = null
  for (const { lang, text, expected } of steps) {
    if (STAYS.test(text)) continue
    let printed: string
    if (lang === 'sh') printed = shell(text)
    else {
      connection ??= await analysis()
      const rows = (await connection.runAndReadAll(text)).getRowsJson()
      printed = rows.map((row) => row.join(' | ')).join('\n')
    }
    if (expected === null) expect(printed, text).not.toBe('')
    else expect(printed, text).toBe(expected)
  }
  expect(steps.length).toBeGreaterThan(14)
})
