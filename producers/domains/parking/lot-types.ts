// What lots of one type have in common: curve, turnover, stays and who is parked when the run starts.
import { DAY_MS } from '../../../infra/time.ts'
import type { LocalDemand } from '../../simulation/local-demand.ts'
import { requireEntries } from '../../simulation/problems.ts'
import type { SimulationContext } from '../../simulation/simulator.ts'
import { createStays, type Stays } from '../../simulation/stays.ts'
import { createUnderWay, type UnderWay } from '../../simulation/under-way.ts'
import type { ParkingParameters } from './parameters.ts'

export type LotType = {
  curve: string
  turnsPerMs: number
  popularitySigma: number
  stays: Stays
  parked: UnderWay
}

/** The type of each lot; lots of one type share its tables. Throws a Problem for a type that the parameters do not list. */
export function typesOfLots(context: SimulationContext, demand: LocalDemand): LotType[] {
  requireEntries(context, { domain: 'parking', attribute: 'type', section: 'types' })
  const { assets, catalogue, scenario } = context
  const { types } = context.parameters as ParkingParameters
  const made = new Map<string, LotType>()
  return Array.from(assets, (n) => {
    const name = String(catalogue.attributes[n].type)
    let type = made.get(name)
    if (type) return type
    const use = types[name]
    const stays = createStays(use.stayMedianMin, use.staySigma)
    type = {
      curve: use.curve,
      turnsPerMs: use.turnsPerDay / DAY_MS,
      popularitySigma: use.popularitySigma,
      stays,
      parked: createUnderWay(demand, use.curve, stays, scenario.start),
    }
    made.set(name, type)
    return type
  })
}
