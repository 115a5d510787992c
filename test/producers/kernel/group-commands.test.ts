// A command that reaches a group: every shard gives it to its own assets of the group, the target's owner answers.
import { describe, expect, it } from 'vitest'
import { cityDigest } from '../../../producers/contract/digest.ts'
import { createKernel } from '../../../producers/kernel/kernel.ts'
import type { Domain, Simulator } from '../../../producers/simulation/simulator.ts'
import type { Catalogue } from '../../../seeds/contract.ts'
import { city, lamp, lampDescriptor, lampScenario, lamps, START } from '../lamp-city.ts'

/** Street by street: neighbours in number stand in different partitions. */
const catalogue = ((): Catalogue => {
  const all = lamps(60)
  return {
    ...all,
    cell: all.cell.map((_, n) => n),
    attributes: all.ids.map((_, n): Catalogue['attributes'][number] =>
      n < 55 ? { street: `street-${n % 5}` } : {},
    ),
  }
})()
const scenario = lampScenario()
const [off] = lamp.declaration.commands
const street: Domain = {
  ...lamp,
  declaration: {
    ...lamp.declaration,
    commands: [{ ...off, reach: 'group', group: 'street' }],
  },
}

function run(shards: number, target: string, domain = street) {
  const chains: { domain: string; partition: number; chain: string }[] = []
  const asked: number[] = []
  const answers: (string | null | undefined)[] = []
  const overheard: Domain = {
    ...domain,
    createSimulator(context): Simulator {
      const simulator = domain.createSimulator(context)
      const command: Simulator['command'] = (i, ...rest) => {
        asked.push(context.assets[i])
        return simulator.command!(i, ...rest)
      }
      return { first: simulator.first, wake: simulator.wake, state: simulator.state, command }
    },
  }
  for (let shard = 0; shard < shards; shard++) {
    const { declarations, ...rest } = lampDescriptor(scenario, catalogue, shards)
    const { commands } = domain.declaration
    const descriptor = { ...rest, declarations: { lamp: { ...declarations.lamp, commands } } }
    const domains = [overheard]
    const kernel = createKernel({
      ...{ city, catalogue, scenario, descriptor, domains, epoch: 0, shard, shards },
    })
    kernel.begin(scenario.start)
    kernel.advance(START + 60_000, (t) => t)
    answers.push(kernel.command(target, off.name, {}))
    kernel.advance(START + scenario.durationMs, (t) => t)
    chains.push(...kernel.lanes)
  }
  return { ...cityDigest(chains), asked: asked.sort((a, b) => a - b), answers }
}

const owners = (answers: unknown[]) => answers.filter((answer) => answer !== undefined)

describe('a command that reaches a group', () => {
  it('is given to all of the group, once each, and answered once, whatever the shards', () => {
    const alone = run(1, catalogue.ids[7])
    expect(alone.asked).toEqual(Array.from({ length: 11 }, (_, k) => 2 + 5 * k))
    for (const shards of [2, 4, 8]) {
      const { asked, answers, digest } = run(shards, catalogue.ids[7])
      expect(asked).toEqual(alone.asked)
      expect(owners(answers)).toEqual([null])
      expect(digest).toBe(alone.digest)
    }
    expect(run(1, catalogue.ids[8]).digest).not.toBe(alone.digest)
  })

  it("is its target's alone where the target belongs to no group", () => {
    const { asked, answers } = run(4, catalogue.ids[57])
    expect(asked).toEqual([57])
    expect(owners(answers)).toEqual([null])
  })

  it('is for its target alone where it is declared so', () => {
    expect(run(2, catalogue.ids[7], lamp).asked).toEqual([7])
  })
})
