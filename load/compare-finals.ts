// Holds a running demo against the offline computation: every final window reading, cell by cell.
// Usage: npx node load/compare-finals.ts <url> [--for PT10M] [--scenario name] [--seed n] [--scale s]

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { EXIT_DIFFERS, EXIT_DONE, EXIT_REFUSED } from '../infra/exit-codes.ts'

type Reading = {
  epoch: number
  kpi: string
  window: { kind: string; start: string; end: string }
  final: boolean
  truth: string | null
  scopes: Record<string, unknown>
}
type LedgerRow = { unexplained: number; produced: number; folded: number; deadLetter: number }

const ROOT = join(import.meta.dirname, '..')
const HISTORY = 1500
const CLI_OUTPUT_BYTES = 1024 * 1024 * 1024

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    for: { type: 'string', default: 'PT10M' },
    scenario: { type: 'string' },
    seed: { type: 'string' },
    scale: { type: 'string' },
  },
})
const url = positionals[0]?.replace(/\/$/, '')
if (!url) {
  console.error(
    'compare-finals: no address, expected that of a running demo, e.g. http://127.0.0.1:8080',
  )
  process.exit(EXIT_REFUSED)
}

async function get<T>(path: string): Promise<T> {
  const response = await fetch(url + path)
  if (!response.ok) throw new Error(`${url}${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

/** The final window readings that the command line computes from the same seeds. */
function offline(): Reading[] {
  const flags = Object.entries(values).flatMap(([name, v]) => (v ? [`--${name}`, v] : []))
  const text = execFileSync(
    process.execPath,
    [join(ROOT, 'huacheng.js'), 'kpis', '--json', ...flags],
    {
      encoding: 'utf8',
      maxBuffer: CLI_OUTPUT_BYTES,
    },
  )
  const lines = text.split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line) as Reading).filter((r) => r.window.kind === 'window')
}

/** Cells whose scope reading is not the same text. */
function differing(a: Reading, b: Reading): string[] {
  const scopes = new Set([...Object.keys(a.scopes), ...Object.keys(b.scopes)])
  return [...scopes].filter((s) => JSON.stringify(a.scopes[s]) !== JSON.stringify(b.scopes[s]))
}

const expected = offline()
const live = new Map<string, Reading>()
for (const kpi of new Set(expected.map((r) => r.kpi))) {
  for (const r of await get<Reading[]>(`/api/kpis/${kpi}/history?last=${HISTORY}`)) {
    if (r.final && r.window.kind === 'window') live.set(`${r.kpi}|${r.window.start}`, r)
  }
}
let cells = 0
let missing = 0
let wrong = 0
let untrue = 0
for (const reading of expected) {
  const seen = live.get(`${reading.kpi}|${reading.window.start}`)
  if (!seen) {
    missing++
    console.log(`missing   ${reading.kpi} ${reading.window.start}`)
    continue
  }
  cells += Object.keys(reading.scopes).length
  const bad = differing(reading, seen)
  wrong += bad.length
  if (bad.length > 0)
    console.log(`differs   ${reading.kpi} ${reading.window.start} ${bad.join(' ')}`)
  if (seen.truth !== 'equal' || reading.truth !== 'equal') {
    untrue++
    console.log(`truth     ${reading.kpi} ${reading.window.start} ${reading.truth} / ${seen.truth}`)
  }
}
const ledger = await get<LedgerRow[]>('/api/ledger')
const sum = (of: (row: LedgerRow) => number) => ledger.reduce((s, row) => s + of(row), 0)
console.log(
  `${expected.length} final readings, ${cells} cells compared, ${wrong} differing, ${missing} missing, ${untrue} not equal to truth; ` +
    `ledger of ${ledger.length} tasks: produced ${sum((l) => l.produced)}, folded ${sum((l) => l.folded)}, ` +
    `dead-letter ${sum((l) => l.deadLetter)}, unexplained ${sum((l) => l.unexplained)}`,
)
process.exitCode =
  wrong + missing + untrue + sum((l) => l.unexplained) === 0 ? EXIT_DONE : EXIT_DIFFERS
