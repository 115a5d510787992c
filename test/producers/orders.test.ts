// Operators' commands of all domains in a whole small city: the same bytes for any number of shards, and what is refused changes
// nothing.
import { describe, expect, it } from 'vitest'
import { openKernel, openWorld } from '../../commands/wiring/world.ts'
import { MINUTE_MS } from '../../infra/time.ts'
import type { CommandDeclaration } from '../../producers/contract/declaration.ts'
import { cityDigest } from '../../producers/contract/digest.ts'
import { commandProblems } from '../../producers/contract/run/run-commands.ts'

const world = openWorld({ city: 'testville', for: 'PT40M' }, { truth: false })
const { catalogue, descriptor, domains, scenario } = world
const declared = domains.flatMap(({ declaration }) =>
  declaration.commands.map((command) => ({ command, domain: declaration.domain })),
)

type Asked = { at: number; target: string; name: string; args: Record<string, unknown> }
type Property = { default?: unknown; type?: string }

const propertiesOf = ({ args }: CommandDeclaration) =>
  Object.entries((args as { properties?: Record<string, Property> }).properties ?? {})
const proposed = (command: CommandDeclaration) =>
  Object.fromEntries(propertiesOf(command).map(([name, p]) => [name, p.default]))
const minute = (k: number) => scenario.start + k * MINUTE_MS

/** Every so many-th asset of the domain, in the order of the catalogue. */
function some(domain: string, every: number): string[] {
  const { from, to } = catalogue.ranges[domain]
  return catalogue.ids.slice(from, to).filter((_, k) => k % every === 0)
}

/** The city in so many shards, each of which hears all commands; what its owners answered, in order. */
function play(shards: number, asked: Asked[]) {
  const chains: { domain: string; partition: number; chain: string }[] = []
  const answers = new Map<Asked, string | null>()
  for (let shard = 0; shard < shards; shard++) {
    const kernel = openKernel(world, shard, shards)
    for (const order of asked) {
      kernel.advance(order.at, (time) => time)
      const answer = kernel.command(order.target, order.name, order.args)
      if (answer === undefined) continue
      expect(answers.has(order), `${order.name} is answered once`).toBe(false)
      answers.set(order, answer)
    }
    kernel.advance(scenario.start + scenario.durationMs, (time) => time)
    kernel.drain()
    chains.push(...kernel.lanes)
  }
  return { ...cityDigest(chains), answers: asked.map((order) => answers.get(order)) }
}

const meantWell: Asked[] = declared.flatMap(({ command, domain }, k) =>
  some(domain, 5).map((target) => ({
    ...{ at: minute(10 + k), target, name: command.name, args: proposed(command) },
  })),
)

/** Values that a schema of texts lets pass, and that no command can mean. */
const NONSENSE = ['', 'soon', 'PT0S', '-PT1H', 'P4000D', 'PT1H ', '1h', '\u0000', 'PT1e9H']
const hostile: Asked[] = declared.flatMap(({ command, domain }) =>
  propertiesOf(command)
    .filter(([name]) => name === 'for')
    .flatMap(([name]) =>
      NONSENSE.map((value) => ({
        ...{ at: minute(10), target: some(domain, 1)[0], name: command.name },
        args: { ...proposed(command), [name]: value },
      })),
    ),
)

describe('commands of all domains', () => {
  it('give the same bytes and the same answers in any number of shards', () => {
    const usual = play(1, [])
    const alone = play(1, meantWell)
    const taken = alone.answers.filter((answer) => answer === null).length
    console.log(`${meantWell.length} commands, ${taken} taken, the others refused with a reason`)
    expect(taken).toBeGreaterThan(50)
    expect(alone.digest).not.toBe(usual.digest)
    for (const shards of [2, 4]) {
      const { digest, answers } = play(shards, meantWell)
      expect(answers).toEqual(alone.answers)
      expect(digest).toBe(alone.digest)
    }
  }, 60_000)

  it('are refused with what was got and expected where they mean nothing, and change nothing', () => {
    const { digest, answers } = play(1, hostile)
    expect(answers.length).toBeGreaterThan(50)
    for (const [k, answer] of answers.entries()) {
      const { name, args } = hostile[k]
      expect(answer, `${name} ${JSON.stringify(args)}`).toMatch(/expected/)
    }
    expect(digest).toBe(play(1, []).digest)
  }, 60_000)

  it.each(declared)(
    '$command.name: its schema refuses what is missing, strange or of another kind',
    ({ command, domain }) => {
      const { name } = command
      const [target] = some(domain, 1)
      const problems = (args: Record<string, unknown>) =>
        commandProblems({ name, target, args }, descriptor)
      expect(problems(proposed(command))).toEqual([])
      expect(problems({ ...proposed(command), colour: 'red' })).toHaveLength(1)
      for (const [property] of propertiesOf(command)) {
        for (const value of [null, [], {}, [1]]) {
          expect(problems({ ...proposed(command), [property]: value })).not.toEqual([])
        }
      }
      expect(commandProblems({ name, args: proposed(command) }, descriptor)).toHaveLength(1)
    },
  )
})
