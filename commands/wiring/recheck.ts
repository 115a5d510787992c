// Which options let `huacheng digest` simulate a run again on this machine: found by trying, proved by the scenario's digest.
import { Problem } from '../../infra/problem.ts'
import type { Descriptor } from '../../producers/contract/records.ts'
import type { ScenarioFlags } from '../../seeds/contract.ts'
import { loadScenario, type ScenarioSource } from '../../seeds/scenario/scenario.ts'
import { type OptionValues, scenarioSource } from '../options/options.ts'

export type Recheck = (descriptor: Descriptor) => Record<string, string> | null

/**
 * `values` = how the run was started, where that is known: a scenario of one's own is found by them alone. The answer
 * is null where no scenario here is the run's: then nothing on this machine recomputes it.
 */
export function recheckWith(values: OptionValues = {}, root?: string): Recheck {
  const known = new Map<string, Record<string, string> | null>()
  return (descriptor) => {
    const { digest } = descriptor
    const found = known.get(digest)
    if (found !== undefined) return found
    const made = optionsOf(descriptor, values, root)
    known.set(digest, made)
    return made
  }
}

function optionsOf(descriptor: Descriptor, values: OptionValues, root?: string) {
  const { city, scenario, seed, start, scale, partitions, declarations } = descriptor
  const named = { label: scenario, name: `${city}/${scenario}`, own: undefined }
  const started = values.scenario
    ? { label: values.scenario as string, ...scenarioSource(values) }
    : named
  const domains = Object.keys(declarations)
  for (const { label, name, own } of [started, named]) {
    for (const only of [undefined, domains]) {
      const flags: ScenarioFlags = { seed, start, scale, partitions, domains: only }
      if (digestOf(name, flags, { root, own }) !== descriptor.digest) continue
      return {
        ...{ city, scenario: label, seed: `${seed}`, start, scale: `${scale}` },
        ...{ partitions: `${partitions}`, ...(only && { domains: only.join(',') }) },
      }
    }
  }
  return null
}

/** Null where there is no such scenario, or these flags do not fit it. */
function digestOf(name: string, flags: ScenarioFlags, source: ScenarioSource): string | null {
  try {
    return loadScenario(name, flags, source).digest
  } catch (error) {
    if (error instanceof Problem) return null
    throw error
  }
}
