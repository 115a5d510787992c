// The table of effects: what was measured beside what is declared.
import type { CommandEffect } from '../../producers/contract/declaration.ts'
import { commandOf, effectsOf, type Paired } from './paired-run.ts'
import type { StretchWorld } from './stretch-kernel.ts'
import type { Trial } from './trials.ts'

export type EffectRow = {
  command: string
  kpi: string
  of: string
  p50: string
  range: string
  declared: string
  /** RunDifferences where or when the command cannot make any. */
  elsewhere: string
  ok: boolean
}

const HEAD = {
  command: 'command',
  kpi: 'KPI',
  of: 'of',
  p50: 'p50',
  range: 'from … to',
  declared: 'declared',
  elsewhere: 'elsewhere, earlier',
}
const COLUMNS = ['command', 'kpi', 'of', 'p50', 'range', 'declared', 'elsewhere'] as const

/** One row for each effect that the trial shows. */
export function rowsOf(world: StretchWorld, trial: Trial, runs: Paired[]): EffectRow[] {
  const { command } = commandOf(world, trial.command)
  return effectsOf(command, trial).map((effect, k) =>
    rowOf(
      trial.command,
      effect,
      runs.map((run) => ({ ...run, effect: run.effects[k] })),
    ),
  )
}

type Measured = Paired & { effect: number }

function rowOf(command: string, effect: CommandEffect, runs: Measured[]): EffectRow {
  const { kpi, where, direction, least, most, unit } = effect
  const sign = direction === 'up' ? 1 : -1
  const shown = (size: number) => {
    const text =
      unit === 'reading' ? `${(100 * sign * size).toFixed(1)} %` : (sign * size).toFixed(3)
    return (sign * size > 0 ? `+${text}` : text).replace('-', '−')
  }
  const effects = runs.map((run) => run.effect).sort((a, b) => a - b)
  const lost = runs.filter((run) => run.targets.length === 0 || Number.isNaN(run.effect)).length
  const elsewhere = runs.flatMap((run) => [...run.differences.elsewhere, ...run.differences.early])
  const targets = runs.reduce((sum, run) => sum + run.targets.length, 0)
  const inside = effects.every((effect) => effect >= least && effect <= most)
  return {
    command,
    kpi,
    of: `${where}, ${targets} targets`,
    p50: shown(effects[Math.floor(effects.length / 2)]),
    range:
      lost > 0 ? `nothing in ${lost} runs` : `${shown(effects[0])} … ${shown(effects.at(-1)!)}`,
    declared: `${shown(least)} … ${shown(most)}`,
    elsewhere: elsewhere.length === 0 ? '0' : `${elsewhere.length}, first ${elsewhere[0]}`,
    ok: lost === 0 && inside && elsewhere.length === 0,
  }
}

export function tableLines(rows: EffectRow[]): string[] {
  const widths = COLUMNS.map((name) => Math.max(...[HEAD, ...rows].map((row) => row[name].length)))
  const line = (row: Record<(typeof COLUMNS)[number], string>, mark: string) =>
    [...COLUMNS.map((name, k) => row[name].padEnd(widths[k])), mark].join('  ').trimEnd()
  return [line(HEAD, 'ok'), ...rows.map((row) => line(row, row.ok ? 'ok' : 'RED'))]
}
