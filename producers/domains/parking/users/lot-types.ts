// What lots of one type have in common: who comes, when they leave, and who is parked when the run starts.
import { DAY_MS } from '../../../../infra/time.ts'
import type { LocalDemand } from '../../../simulation/local-demand.ts'
import { checkEntries, collector } from '../../../simulation/problems.ts'
import type { SimulationContext } from '../../../simulation/simulator.ts'
import type { ParkingParameters } from '../parameters.ts'
import { createInside, type Inside } from './inside.ts'
import { type LeavesAt, leavingOf } from './leaving.ts'
import { createNextCar, type NextCar } from './thinning.ts'

/** People who use lots of one type alike. */
export type UserGroup = {
  nextCar: NextCar
  /** Of the group's curve at a lot. */
  level: (time: number, i: number) => number
  perMs: number
  sharedOnly: boolean
  leavesAt: LeavesAt
  inside: Inside
}

export type LotType = {
  name: string
  popularitySigma: number
  groups: UserGroup[]
}

/** The type of each lot; lots of one type share its tables. Throws a Problem for types that the parameters do not list. */
export function typesOfLots(context: SimulationContext, local: LocalDemand): LotType[] {
  checkTypes(context)
  const { assets, catalogue } = context
  const made = new Map<string, LotType>()
  return Array.from(assets, (n) => {
    const name = String(catalogue.attributes[n].type)
    let type = made.get(name)
    if (type === undefined) {
      type = makeType(context, local, name)
      made.set(name, type)
    }
    return type
  })
}

function makeType(context: SimulationContext, local: LocalDemand, name: string): LotType {
  const { parameters, demand, scenario } = context
  const { popularitySigma, groups } = (parameters as ParkingParameters).types[name]
  return {
    name,
    popularitySigma,
    groups: Object.values(groups).map((group): UserGroup => {
      const { curve, perDay, sharedOnly = false } = group
      const leavesAt = leavingOf(group, demand)
      const inside = createInside(local, curve, leavesAt, scenario.start)
      const nextCar = createNextCar(local.curve(curve), demand.peak(curve))
      const { level } = local.curve(curve)
      return { nextCar, level, perMs: perDay / DAY_MS, sharedOnly, leavesAt, inside }
    }),
  }
}

function checkTypes(context: SimulationContext): void {
  const problems = collector()
  checkEntries(context, { domain: 'parking', attribute: 'type', section: 'types' }, problems)
  const { types, onward } = context.parameters as ParkingParameters
  const check = (where: string, name: string) => {
    if (Object.hasOwn(types, name)) return
    problems.add(
      `seeds/${context.city.id}/parking.json: simulation.${where}`,
      `no type "${name}"`,
      `one of ${Object.keys(types).join(', ')}`,
      'add the type or take it out',
    )
  }
  for (const [name, { onwardTo }] of Object.entries(types)) {
    for (const to of onwardTo) check(`types.${name}.onwardTo`, to)
  }
  onward.sharing.forEach((pair, k) => {
    check(`onward.sharing[${k}].of`, pair.of)
    check(`onward.sharing[${k}].to`, pair.to)
  })
  problems.throwIfAny('parking cannot be simulated')
}
