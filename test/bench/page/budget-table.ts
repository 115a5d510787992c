// The table of budgets: each line a value against its limit; facts fail a run, timings are marked.
import { cpus, loadavg } from 'node:os'

export type Budget = {
  name: string
  unit: string
  /** null = told, without a limit. */
  limit: number | null
  /** One per repetition. */
  values: number[]
  /** What does not depend on how busy the machine is: bytes and layout. */
  isFact: boolean
  note?: string
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2
}

export const isOver = ({ values, limit }: Budget): boolean =>
  limit !== null && !(median(values) <= limit)

export function machineLine(): string {
  const [cpu] = cpus()
  const loads = loadavg().map((load) => load.toFixed(1))
  return `${cpus().length} × ${cpu.model.trim()}, Node ${process.version}, load ${loads.join(' ')}`
}

/** Header and one line per budget. */
export function tableOf(budgets: Budget[]): string[] {
  const head = ['budget', 'limit', 'median', 'spread', 'n', '']
  const rows = budgets.map((b) => [
    b.name,
    b.limit === null ? '' : `${shown(b.limit)} ${b.unit}`,
    `${shown(median(b.values))} ${b.unit}`,
    b.values.length > 1 ? `${shown(Math.min(...b.values))}–${shown(Math.max(...b.values))}` : '',
    String(b.values.length),
    [verdictOf(b), b.note].filter(Boolean).join(', '),
  ])
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i].length)))
  return [head, ...rows].map((row) =>
    row
      .map((cell, i) =>
        i === 0 ? cell.padEnd(widths[i]) : i === 5 ? cell : cell.padStart(widths[i]),
      )
      .join('  '),
  )
}

function verdictOf(budget: Budget): string {
  if (budget.limit === null) return ''
  if (!isOver(budget)) return 'within'
  return budget.isFact ? 'OVER' : 'over (a timing)'
}

function shown(value: number): string {
  if (Number.isNaN(value)) return '–'
  const digits = Math.abs(value) < 1 ? 3 : Math.abs(value) < 100 ? 1 : 0
  return value.toFixed(digits).replace(/\.0+$/, '')
}
