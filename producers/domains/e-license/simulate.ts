// Simulates e-licence service points: verifications as people come, a status at every beat.
// In: catalogue, demand, parameters. Out: `verification` and `status` events.
import { collector } from '../../../infra/problem.ts'
import { shortDuration } from '../../simulation/command-args.ts'
import { createBeats } from '../../simulation/periodic.ts'
import type { SimulationContext, Simulator } from '../../simulation/simulator.ts'
import { createAbilities } from './ability.ts'
import { createArrivals } from './arrivals.ts'
import { PAPER_FALLBACK } from './declaration.ts'
import { type PointStatus, STATUS, VERIFICATION, type Verification } from './event.ts'
import type { LicenceParameters } from './parameters.ts'
import { createVerifications } from './verification.ts'

const NEVER = 0

export function createLicenceSimulator(context: SimulationContext): Simulator {
  const { assets, catalogue, scenario } = context
  requireTypes(context)
  const beats = createBeats(context)
  const arrivals = createArrivals(context)
  const abilities = createAbilities(context)
  const fillVerification = createVerifications(context)
  const beatAt = new Float64Array(assets.length)
  const arrivalAt = new Float64Array(assets.length)
  const status: PointStatus = { open: false, accepts: false }
  const verification: Verification = {
    service: '',
    licence: '',
    eligible: false,
    presented: 'none',
    outcome: 'accepted',
    latencyMs: 1,
  }

  return {
    first: (i) => beats.first(i),
    wake(i, time, emit) {
      const isFirst = beatAt[i] === NEVER
      if (isFirst) arrivalAt[i] = arrivals.next(i, Math.max(time, scenario.start - 1))
      if (isFirst || time === beatAt[i]) {
        beatAt[i] = beats.next(i, time)
        abilities.beat(i, time)
        status.open = arrivals.isOpen(i, time)
        status.accepts = abilities.at(i, time) === 'able'
        emit(STATUS, status)
      }
      if (time === arrivalAt[i]) {
        arrivalAt[i] = arrivals.next(i, time)
        fillVerification(i, time, abilities.at(i, time), verification)
        emit(VERIFICATION, verification)
      }
      return Math.min(beatAt[i], arrivalAt[i])
    },
    command(i, name, args, time) {
      const id = catalogue.ids[assets[i]]
      if (name !== PAPER_FALLBACK) return `${id}: got command "${name}", expected ${PAPER_FALLBACK}`
      if (beatAt[i] === NEVER) return `${id}: is not in service yet, expected a point that reports`
      const ability = abilities.at(i, time)
      if (ability === 'unable')
        return `${id}: verifies on paper already, expected a point that accepts e-licences`
      const forMs = shortDuration(args.for)
      if (typeof forMs === 'string') return `${id}: ${forMs}`
      abilities.switchToPaper(i, time + forMs)
      return Math.min(beatAt[i], arrivalAt[i])
    },
  }
}

/** Every point's type must have parameters; the seeds are at fault otherwise. */
function requireTypes(context: SimulationContext): void {
  const { assets, catalogue, city } = context
  const p = context.parameters as LicenceParameters
  const used = new Set<string>()
  for (const number of assets) used.add(String(catalogue.attributes[number].type))
  const problems = collector()
  for (const type of [...used].sort()) {
    if (p.points[type]) continue
    problems.add(
      `seeds/${city.id}/e-license.json: simulation.points`,
      `no entry for the catalogue's type "${type}"`,
      `one of ${Object.keys(p.points).join(', ')}`,
      'add the type or correct the catalogue section',
    )
  }
  problems.throwIfAny('E-licence points cannot be simulated')
}
