// Opens kernels that run a part of a city on a workday from a time of day on, always from the beginning and with the same seed.
import type { World } from '../../commands/wiring/world.ts'
import { cityDayStart, MINUTE_MS, parseInstant } from '../../infra/time.ts'
import { buildDescriptor } from '../../producers/kernel/descriptor.ts'
import { createKernel, type Kernel, type KernelOptions } from '../../producers/kernel/kernel.ts'
import type { Scenario } from '../../seeds/contract.ts'

const WORKDAY = '2025-06-18T12:00:00+08:00'

export type StretchWorld = Pick<World, 'city' | 'catalogue' | 'plan' | 'scenario' | 'domains'>

export type StretchPart = {
  seed: number
  /** Sim time. */
  start: number
  durationMs: number
  domains: string[]
  incidents: Scenario['incidents']
  shard: number
  shards: number
  /** Whether what happens behind a gateway that is down is held back. */
  faults: boolean
}

/** Sim time of a time of day (`17:15`) on the workday that everything is measured on. */
export function onWorkday(timeOfDay: string): number {
  const [hours, minutes] = timeOfDay.split(':').map(Number)
  return cityDayStart(parseInstant(WORKDAY, 'day')) + (hours * 60 + minutes) * MINUTE_MS
}

/** As often as it is called a new one, begun. */
export function kernelOpener(
  { city, catalogue, plan, domains, scenario: given }: StretchWorld,
  { shard, shards, faults, ...over }: StretchPart,
): (observe?: KernelOptions['observe']) => Kernel {
  const scenario = { ...given, ...over, faults: [] }
  const parts = { city, scenario, catalogue, plan, domains }
  const descriptor = buildDescriptor({ ...parts, shards, truth: false })
  return (observe) => {
    const kernel = createKernel({ ...parts, descriptor, observe, epoch: 0, shard, shards, faults })
    kernel.begin(scenario.start)
    return kernel
  }
}
