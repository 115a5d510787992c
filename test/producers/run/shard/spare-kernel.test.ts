// A kernel that was made before its run began is, byte for byte, the one that would have been made then.
import { describe, expect, it } from 'vitest'
import type { KernelOptions } from '../../../../producers/kernel/actors.ts'
import { createKernel, type Kernel } from '../../../../producers/kernel/kernel.ts'
import { SpareKernel } from '../../../../producers/run/shard/spare-kernel.ts'
import { city, lamp, lampDescriptor, lampScenario, lamps, START } from '../../lamp-city.ts'

const catalogue = lamps(60)
const scenario = lampScenario()
const descriptor = lampDescriptor(scenario, catalogue, 1)
const whole = { city, catalogue, scenario, domains: [lamp], shard: 0, shards: 1 }
const first: KernelOptions = { ...whole, descriptor, epoch: 41 }
const next: KernelOptions = { ...whole, descriptor: { ...descriptor, run: 'r-next' }, epoch: 67 }

/** Everything that a run writes. */
function writtenBy(kernel: Kernel): string[] {
  kernel.begin(START)
  kernel.advance(START + scenario.durationMs, (t) => t)
  const { lanes, truth, incidents } = kernel.drain()
  const records = lanes.flatMap((lane) => lane.records.map(({ value }) => `${value}`))
  return [...records, ...truth.map((t) => JSON.stringify(t)), JSON.stringify(incidents)]
}

/** Makes pieces until nothing is left to do. */
function ready(options: KernelOptions): SpareKernel {
  const spare = new SpareKernel()
  for (let piece = 0; piece < 5; piece++) spare.make(options)
  return spare
}

describe('a spare kernel', () => {
  it('becomes the next start of its run, to the byte', () => {
    const spare = ready(first)
    const simulated = createKernel(first)
    const before = writtenBy(simulated)
    const after = writtenBy(spare.take(next))
    expect(after).toEqual(writtenBy(createKernel(next)))
    expect(after).not.toEqual(before)
    expect(after.some((text) => text.includes('r-next'))).toBe(true)
  })

  it('serves once', () => {
    const spare = ready(first)
    const taken = spare.take(next)
    writtenBy(taken)
    expect(spare.take(next)).not.toBe(taken)
    expect(writtenBy(spare.take(next))).toEqual(writtenBy(createKernel(next)))
  })

  it('is left where the run is another one, or where it is not ready', () => {
    const other = { ...next, descriptor: { ...next.descriptor, truth: false } }
    expect(writtenBy(ready(first).take(other))).toEqual(writtenBy(createKernel(other)))
    const begun = new SpareKernel()
    begun.make(first)
    expect(writtenBy(begun.take(next))).toEqual(writtenBy(createKernel(next)))
  })
})
