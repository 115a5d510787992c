// Simulates e-licence service points: verifications as people come, a status once a period.
// In: catalogue, demand, parameters. Out: `verification` and `status` events.
import { shortDuration } from '../../simulation/command-args.ts'
import { createPeriodicEvents } from '../../simulation/periodic.ts'
import type { SimulationContext, Simulator } from '../../simulation/simulator.ts'
import { createAbilities } from './ability.ts'
import { createArrivals } from './arrivals.ts'
import { createPointChannels } from './channels.ts'
import { PAPER_FALLBACK } from './declaration.ts'
import { type PointStatus, STATUS, VERIFICATION, type Verification } from './event.ts'
import { createVerifications } from './verification.ts'

const NEVER = 0

export function createLicenceSimulator(context: SimulationContext): Simulator {
  const { assets, catalogue, scenario } = context
  const channels = createPointChannels(context)
  const statuses = createPeriodicEvents(context)
  const arrivals = createArrivals(context, channels)
  const abilities = createAbilities(context, channels)
  const verifications = createVerifications(context, channels)
  const statusAt = new Float64Array(assets.length)
  const arrivalAt = new Float64Array(assets.length)
  // Not saved: filled anew for each event, `emit` reads it at once.
  const status: PointStatus = { open: false, accepts: false, onSite: true }
  // Not saved: likewise.
  const verification: Verification = {
    channel: '',
    service: '',
    licence: '',
    eligible: false,
    presented: 'none',
    outcome: 'accepted',
    latencyMs: 1,
  }

  return {
    first: (i) => statuses.first(i),
    wake(i, time, emit) {
      const isFirst = statusAt[i] === NEVER
      if (isFirst) arrivalAt[i] = arrivals.next(i, Math.max(time, scenario.start - 1))
      if (isFirst || time === statusAt[i]) {
        statusAt[i] = statuses.next(i, time)
        abilities.update(i, time)
        status.open = arrivals.isOpen(i, time)
        status.accepts = abilities.at(i, time) === 'able'
        status.onSite = channels.channelOf(i).onSite
        emit(STATUS, status, abilities.darkBy(i, time))
      }
      if (time === arrivalAt[i]) {
        arrivalAt[i] = arrivals.next(i, time)
        const shows = verifications.fill(i, time, abilities.at(i, time), verification)
        emit(VERIFICATION, verification, shows ? abilities.darkBy(i, time) : undefined)
      }
      return Math.min(statusAt[i], arrivalAt[i])
    },
    state(walk) {
      walk.part(arrivals)
      walk.part(abilities)
      walk.part(verifications)
      walk.numbers(statusAt)
      walk.numbers(arrivalAt)
    },
    command(i, name, args, time) {
      const id = catalogue.ids[assets[i]]
      if (name !== PAPER_FALLBACK) return `${id}: got command "${name}", expected ${PAPER_FALLBACK}`
      if (statusAt[i] === NEVER)
        return `${id}: is not in service yet, expected a point that reports`
      const isUnable = abilities.at(i, time) === 'unable'
      if (isUnable && abilities.darkBy(i, time) === undefined)
        return `${id}: verifies on paper already, expected a point that accepts e-licences`
      const forMs = shortDuration(args.for)
      if (typeof forMs === 'string') return `${id}: ${forMs}`
      abilities.switchToPaper(i, time + forMs)
      return Math.min(statusAt[i], arrivalAt[i])
    },
  }
}
