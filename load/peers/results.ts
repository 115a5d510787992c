// What the rounds of a comparison come to: medians, spreads and ratios, as the tables of docs/performance.md.
import type { Turn } from './warm-program.ts'

export type Comparison = { what: string; turns: Map<string, Turn[]> }

/** [median, least, most]. */
type RoundSpread = [number, number, number]

function spreadOf(values: number[]): RoundSpread {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const median =
    sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  return [median, sorted[0], sorted.at(-1)!]
}

const cost = ({ cpuUs, events }: Turn) => cpuUs / events
const rate = ({ wallMs, events }: Turn) => events / wallMs

const text = ([median, least, most]: RoundSpread, digits: number) =>
  `${median.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`

/** The first of each comparison is ours, or the first two are; every ratio is of the same round. */
export function resultsText(comparisons: Comparison[], head: string): string {
  const lines = [head]
  for (const { what, turns } of comparisons) {
    lines.push('', `| ${what} | CPU µs per event | thousand events/s |`, '| --- | --- | --- |')
    for (const [name, all] of turns) {
      lines.push(
        `| ${name} | ${text(spreadOf(all.map(cost)), 2)} | ${text(spreadOf(all.map(rate)), 0)} |`,
      )
    }
    lines.push(...ratios(turns))
  }
  return lines.join('\n')
}

/** How many times the events per CPU second of another one, and per second, ours come to. */
function ratios(turns: Map<string, Turn[]>): string[] {
  const [ours, ...others] = [...turns]
  if (others.length === 0) return []
  const lines = [
    '',
    `| ${ours[0]} beside | events per CPU second | events per second |`,
    '| --- | --- | --- |',
  ]
  for (const [name, all] of others) {
    const byCpu = all.map((turn, round) => cost(turn) / cost(ours[1][round]))
    const byRate = all.map((turn, round) => rate(ours[1][round]) / rate(turn))
    lines.push(`| ${name} | ${text(spreadOf(byCpu), 2)} × | ${text(spreadOf(byRate), 2)} × |`)
  }
  return lines
}
