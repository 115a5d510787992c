// Holds a running demo against the in-process computation: every final window reading, cell by cell.
// Usage: npx node load/compare-finals.ts <url> [--for PT10M] [--scenario name] [--seed n] [--scale s]

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { EXIT_DIFFERS, EXIT_DONE, EXIT_REFUSED } from '../infra/program/exit-codes.ts'
import { differences, isProof } from './proof/city-proof.ts'

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
function computed(): Reading[] {
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

const expected = computed()
const live: Reading[] = []
for (const kpi of new Set(expected.map((r) => r.kpi))) {
  const history = await get<Reading[]>(`/api/kpis/${kpi}/history?last=${HISTORY}`)
  live.push(...history.filter((r) => r.final && r.window.kind === 'window'))
}
const lines = (readings: Reading[]) => readings.map((r) => JSON.stringify(r)).join('\n')
const compared = differences(lines(expected), lines(live))
for (const what of compared.differing) console.log(`differs   ${what}`)
const untrue = [...expected, ...live].filter((r) => r.truth !== 'equal')
for (const r of untrue) console.log(`truth     ${r.kpi} ${r.window.start} ${r.truth}`)
const ledger = await get<LedgerRow[]>('/api/ledger')
const sum = (of: (row: LedgerRow) => number) => ledger.reduce((s, row) => s + of(row), 0)
const unexplained = sum((l) => l.unexplained)
console.log(
  `${expected.length} final readings, ${compared.cells} cells compared, ${compared.differing.length} differing, ` +
    `${compared.missing} missing, ${untrue.length} not equal to truth; ledger of ${ledger.length} tasks: ` +
    `produced ${sum((l) => l.produced)}, folded ${sum((l) => l.folded)}, ` +
    `dead-letter ${sum((l) => l.deadLetter)}, unexplained ${unexplained}`,
)
if (compared.cells === 0) console.error('compare-finals: nothing was compared')
const isRight = isProof(compared) && untrue.length + unexplained === 0 && ledger.length > 0
process.exitCode = isRight ? EXIT_DONE : EXIT_DIFFERS
