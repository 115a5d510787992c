// One trial with one seed: the same stretch of the same city twice, with a command and without it.
import { openWorld } from '../../commands/wiring/world.ts'
import type { CommandDeclaration, CommandEffect } from '../../producers/contract/declaration.ts'
import type { Domain } from '../../producers/simulation/simulator.ts'
import { differences, type RunDifferences } from './differences.ts'
import { readingOf } from './reading.ts'
import { CityStretch } from './stretch.ts'
import type { StretchWorld } from './stretch-kernel.ts'
import type { GivenOrder, Trial } from './trials.ts'

export type Paired = {
  targets: string[]
  /** By effect that is measured, signed as declared: above 0 in its direction; NaN where there is nothing to be read. */
  effects: number[]
  differences: RunDifferences
}

export type PairedOptions = {
  trial: Trial
  seed: number
  /** Default: what the command declares. */
  forMs?: number
  /** All of a small city; default: one partition of a large one, another for each seed. */
  whole?: true
}

/** The whole city at its full density; of it one partition is run. */
export function openEffects(city: string, domains?: Domain[]): StretchWorld {
  return openWorld({ city, scale: '1' }, { truth: false, ...(domains ? { domains } : {}) })
}

export function commandOf(world: StretchWorld, name: string) {
  for (const { declaration } of world.domains) {
    const command = declaration.commands.find((c) => c.name === name)
    if (command) return { declaration, command }
  }
  throw new Error(`no domain declares ${name}`)
}

export function pairedRun(
  world: StretchWorld,
  { trial, seed, forMs, whole }: PairedOptions,
): Paired {
  const { declaration, command } = commandOf(world, trial.command)
  const effects = effectsOf(command, trial).map((effect) => ({
    ...effect,
    ...(forMs ? { forMs } : {}),
  }))
  const longestMs = Math.max(...effects.map((effect) => effect.afterMs + effect.forMs))
  const stretch = new CityStretch(world, {
    domain: declaration.domain,
    trial,
    seed,
    longestMs,
    whole,
  })
  const usual = stretch.play(null).heard
  const candidates = stretch.candidates(usual, command)
  const before = trial.before && stretch.play({ targets: candidates, command: null })
  const first = before?.heard ?? usual
  const { heard: second, obeyed: targets } = stretch.play({
    targets: before?.obeyed ?? candidates,
    command: proposed(command),
  })
  const { at } = stretch
  const reach = stretch.reachOf(targets, command)
  const earliestMs = Math.min(...effects.map(({ afterMs }) => afterMs))
  return {
    targets,
    effects: effects.map((effect) => {
      const of = effect.where === 'target' ? new Set(targets) : reach
      const options = { declaration, effect, from: at + effect.afterMs, of, start: stretch.start }
      const [without, given] = [first, second].map((heard) => readingOf(heard, options))
      return change(without, given, effect)
    }),
    differences: differences(first, second, reach, at + earliestMs),
  }
}

/** What of a command's effects the trial shows. */
export function effectsOf({ moves }: CommandDeclaration, { effects }: Trial): CommandEffect[] {
  return effects ? effects.map((k) => moves[k]) : moves
}

/** A command with its arguments as its form proposes them. */
function proposed({ name, args }: CommandDeclaration): GivenOrder {
  const { properties = {} } = args as { properties?: Record<string, { default?: unknown }> }
  const values = Object.entries(properties)
    .map(([key, property]) => [key, property.default])
    .filter(([, value]) => value !== undefined)
  return { name, args: Object.fromEntries(values) }
}

function change(without: number, given: number, { direction, unit }: CommandEffect): number {
  const difference = given - without
  const size = unit === 'reading' ? difference / without : difference
  return direction === 'up' ? size : -size
}
