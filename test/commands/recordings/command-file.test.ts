// A recorded log of commands: the same bytes in any number of shards, other bytes than without it, and what fits no run is refused by line.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { digestOf } from '../../../commands/digest.ts'
import { openWorld } from '../../../commands/wiring/world.ts'
import { MINUTE_MS } from '../../../infra/time.ts'
import { ordersOf } from '../../../load/proof/orders.ts'

const VALUES = { city: 'testville', scenario: 'storm', for: 'PT40M' }
const SHARDS = [1, 4, 8]
const folder = mkdtempSync(join(tmpdir(), 'huacheng-commands-'))
afterAll(() => rmSync(folder, { recursive: true }))

const { scenario, catalogue, descriptor } = openWorld(VALUES, { truth: false })
/** Every command of every domain and an incident of every kind, as a run would have accepted them. */
const accepted = ordersOf(descriptor, catalogue, scenario.start).map(({ share, command }) => ({
  ...command,
  by: 'test',
  effectiveAt: new Date(scenario.start + Math.round(share * scenario.durationMs)).toISOString(),
  term: 0,
}))

function open(lines: object[]) {
  const commands = join(folder, 'log.jsonl')
  writeFileSync(commands, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  return openWorld({ ...VALUES, commands }, { truth: false })
}

describe('a log of commands', () => {
  it('gives one digest for any shards, in a storm, with every command that there is', () => {
    const world = open(accepted)
    const without = digestOf(open([]), 1)
    const digests = SHARDS.map((shards) => digestOf(world, shards).digest)
    expect(new Set(digests).size).toBe(1)
    expect(digests[0]).not.toBe(without.digest)
    expect(accepted.length).toBeGreaterThan(20)
  })

  it('of the clock alone changes nothing', () => {
    const [{ effectiveAt }] = accepted
    const clock = { id: 'c', name: 'clock.speed', args: { speed: 60 }, by: 'test', term: 0 }
    expect(digestOf(open([{ ...clock, effectiveAt }]), 2)).toEqual(digestOf(open([]), 1))
  })

  it('is refused line by line where the run cannot have accepted it', () => {
    const [{ effectiveAt, ...first }] = accepted
    const late = new Date(scenario.start + scenario.durationMs + MINUTE_MS).toISOString()
    const unknown = { ...first, effectiveAt, name: 'signal.explode', target: 'x' }
    const lines = [{ ...first, effectiveAt: late }, { id: 'half' }, unknown]
    expect(() => open(lines)).toThrow(/log.jsonl:1 effectiveAt: .*expected from .* to /)
    expect(() => open(lines)).toThrow(
      /log.jsonl:2: .*expected a line of `npx huacheng command-log`/,
    )
    expect(() => open(lines)).toThrow(/log.jsonl:3 name: "signal.explode", expected one of /)
    expect(() => open(lines)).toThrow(/log.jsonl:3 target: "x", expected the id of an asset/)
  })
})
