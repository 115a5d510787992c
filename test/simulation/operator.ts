// The operator at the console: sends commands, sends them again until they are answered, and resumes a paused city.
import type { Command, CommandResult, Horizon } from '../../producers/contract/records.ts'
import { topics } from './cast.ts'
import { createChance } from './chance.ts'
import type { TinyCity } from './city.ts'
import type { World } from './world.ts'

/** An answer that has not come by then may never come: the same command, with the same id, once more. */
const PATIENCE_MS = 700
const LOOK_MS = 400

export function createOperator(world: World, tiny: TinyCity) {
  const { scheduler, broker } = world
  const luck = createChance(world.seed, 'operator')
  const open = new Map<string, Command>()
  let sent = 0
  /** Ids of incidents that were asked for. */
  const started: string[] = []
  let horizon: Horizon | null = null

  world.onWrite((records) => {
    for (const { topic, key, value } of records) {
      if (topic === topics.commandResult) {
        const { id } = JSON.parse(value!.toString()) as CommandResult
        open.delete(id)
      } else if (topic === topics.run && key?.toString().includes('|horizon|')) {
        horizon = JSON.parse(value!.toString()) as Horizon
      }
    }
  })

  function send(name: string, target?: string, args: Record<string, unknown> = {}): void {
    const command: Command = { id: `c-${sent++}`, name, target, args, by: 'operator' }
    open.set(command.id, command)
    world.tell('operator', `${name} ${target ?? ''} as ${command.id}`)
    post(command)
  }

  /** Lamps of a district are on their own, or their reports are held back and come in one burst, as faults may do. */
  function startIncident(): void {
    const mayHold = tiny.scenario.faults.some((f) => f.kind !== 'duplicate')
    const kinds = ['controller-fault', ...(mayHold ? ['gateway-outage'] : [])]
    const kind = luck.pick(kinds)
    const place = { district: luck.pick(['990000', '990001', '990002']) }
    started.push(`c-${sent}`)
    send('incident.start', undefined, { kind, place, for: luck.pick(['PT5S', 'PT30S', 'PT2M']) })
  }

  function post(command: Command): void {
    scheduler.at(world.delay(), () => {
      const value = Buffer.from(JSON.stringify(command))
      const record = { key: Buffer.from(command.id), value, timestamp: 0 }
      broker.write(topics.command, 0, [record], { writer: 'operator', isRetry: false })
    })
    scheduler.at(PATIENCE_MS, () => {
      if (!open.has(command.id)) return
      world.met('command sent again')
      post(command)
    })
  }

  /** Nobody else resumes a city that stands because its conductor slept. */
  function look(): void {
    if (horizon?.speed === 0 && ![...open.values()].some((c) => c.name === 'clock.resume')) {
      world.met('city paused by a gap and resumed')
      send('clock.resume')
    }
    scheduler.at(LOOK_MS, look)
  }

  look()
  return {
    /** Some command that changes the city, or its pace. */
    anything(): void {
      if (world.runEnded) return
      const kind = luck.below(7)
      if (kind === 0) send('clock.speed', undefined, { speed: luck.pick([20, 30, 50]) })
      else if (kind === 1) send('clock.pause')
      else if (kind === 2) startIncident()
      else if (kind === 3 && started.length > 0) {
        send('incident.stop', undefined, { id: luck.pick(started) })
      } else send('lamp.off', luck.pick(tiny.catalogue.ids))
    },
    restart(): void {
      if (!world.runEnded) send('run.restart')
    },
    /** Commands that nobody has answered. */
    unanswered: () => [...open.keys()],
  }
}
