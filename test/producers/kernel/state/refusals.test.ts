// A saved kernel goes on in the same run only: whatever else is asked of it is a Problem that says what differs.
import { describe, expect, it } from 'vitest'
import { createKernel, type KernelOptions } from '../../../../producers/kernel/kernel.ts'
import type { Domain } from '../../../../producers/simulation/simulator.ts'
import type { Scenario } from '../../../../seeds/contract.ts'
import { refusal } from '../../../refusal.ts'
import { city, lamp, lampDescriptor, lampScenario, lamps, START } from '../../lamp-city.ts'

type Over = Partial<KernelOptions> & { scenario?: Scenario; lampCount?: number; domain?: Domain }

function optionsOf({
  scenario = lampScenario(),
  lampCount = 40,
  domain = lamp,
  ...over
}: Over = {}) {
  const catalogue = lamps(lampCount)
  const descriptor = lampDescriptor(scenario, catalogue)
  const parts = { city, catalogue, scenario, descriptor, domains: [domain] }
  return { ...parts, epoch: 0, shard: 0, shards: 1, ...over }
}

function begun(over: Over = {}, until = 42_345) {
  const kernel = createKernel(optionsOf(over))
  kernel.begin(START)
  kernel.advance(START + until, (time) => time)
  return kernel
}

const saved = begun().save()
const restored = (over: Over) => refusal(() => createKernel(optionsOf(over)).restore(saved))
const run = (over: Partial<Scenario>) => ({ scenario: lampScenario(over) })

describe('a saved kernel', () => {
  it('goes on in the same run, at whatever speed', () => {
    expect(restored({})).toBe('nothing was refused')
    expect(restored(run({ speed: 1 }))).toBe('nothing was refused')
  })

  it('goes on in the middle of a window that is being closed', () => {
    const long = (kernel: ReturnType<typeof begun>) => {
      const reached = kernel.advance(START + 61_000, (time) => time, 3)
      return [reached, kernel.drain().truth.map(({ key }) => key)]
    }
    const kernel = begun({}, 59_000)
    const closed: number[] = []
    for (let k = 0; k < 12; k++) {
      const other = createKernel(optionsOf())
      other.restore(kernel.save())
      const said = [long(kernel), long(kernel)]
      expect([long(other), long(other)]).toEqual(said)
      closed.push(said.flat(2).filter((one) => typeof one === 'string').length)
    }
    // One partition's truth at a time.
    expect(Math.max(...closed)).toBe(2)
    expect(closed.reduce((a, b) => a + b)).toBe(4)
  })

  it.each<[string, Over, string]>([
    ['another scenario', run({ name: 'fair' }), 'scenario "lamps d'],
    ['another digest', run({ digest: 'e'.repeat(64) }), 'scenario "lamps d'],
    [
      'another run',
      run({ runId: 'r-0123456789ac' }),
      'run "r-0123456789ab at 0", expected run "r-0123456789ac',
    ],
    ['another start of it', { epoch: 7 }, 'expected run "r-0123456789ab at 7"'],
    ['another shard', { shard: 1, shards: 2 }, 'shard "0 of 1", expected shard "1 of 2"'],
    ['another end', run({ durationMs: 60_000 }), 'settings'],
    ['other windows', run({ windowMs: 30_000 }), 'expected'],
    ['no faults', { faults: false }, 'settings'],
    ['no ticks', { ticks: false }, 'settings'],
    ['other incidents', { incidents: [] }, 'settings'],
  ])('refuses %s', (_, over, found) => {
    expect(restored(over)).toMatch(/^saved state: .*, expected .*; save it anew from the same run$/)
    expect(restored(over)).toContain(found)
  })

  it('refuses a simulator that remembers otherwise', () => {
    const domain: Domain = {
      ...lamp,
      createSimulator: (context) => ({
        ...lamp.createSimulator(context),
        state(walk) {
          walk.number(0)
        },
      }),
    }
    expect(restored({ domain })).toMatch(/code "\w+", expected code "\w+"/)
  })

  it('refuses damaged bytes, and the kernel goes on as if nobody had asked', () => {
    const [kernel, untouched] = [begun(), begun()]
    for (let at = 0; at < saved.length; at += 97) {
      const bytes = Buffer.from(saved)
      bytes[at] ^= 0x10
      expect(refusal(() => kernel.restore(bytes))).toMatch(/^saved state: .*expected/)
      expect(refusal(() => kernel.restore(saved.subarray(0, at)))).toMatch(/^saved state: /)
    }
    for (const one of [kernel, untouched]) one.advance(START + 90_000, (time) => time)
    expect(Buffer.compare(kernel.save(), untouched.save())).toBe(0)
  })

  it('is the same, saved in one go or in pieces that others have turns between', () => {
    const kernel = begun()
    const saving = kernel.saving()
    let pieces = 0
    let step = saving.next()
    for (; !step.done; step = saving.next()) pieces++
    expect(pieces).toBeGreaterThan(4)
    expect(Buffer.compare(step.value, kernel.save())).toBe(0)
  })

  it('is not saved where an interval is too long to keep, and is right after its tick', () => {
    const tickMs = 170_000
    const long = { lampCount: 3_000, ...run({ tickMs, windowMs: tickMs, partitions: 1 }) }
    const kernel = begun(long, tickMs - 1)
    expect(refusal(() => kernel.save())).toMatch(
      /state: \d+ bytes of events since the last tick, expected at most \d+; save it right after a tick/,
    )
    kernel.advance(START + tickMs, (time) => time)
    const late = kernel.save()
    // Whoever is in the middle of such an interval can go back all the same.
    const other = begun(long, tickMs - 1)
    other.restore(late)
    for (const one of [kernel, other]) one.advance(START + tickMs + 8_000, (time) => time)
    expect(other.lanes[0].chain).toBe(kernel.lanes[0].chain)
    expect(Buffer.compare(other.save(), kernel.save())).toBe(0)
  })
})
