// Cases of the city's management as one plug-in: what they say about themselves and how they happen.
import { HOUR_MS } from '../../../infra/time.ts'
import type { Domain } from '../../simulation/simulator.ts'
import { declaration } from './declaration.ts'
import { parametersSchema } from './parameters.ts'
import { CaseworkUnits } from './simulate.ts'

export const casework: Domain = {
  declaration,
  parameters: parametersSchema,
  // At the size that quick suites run, minutes pass without one.
  rareEvents: {
    registered: HOUR_MS,
    dispatched: HOUR_MS,
    handled: HOUR_MS,
    verified: HOUR_MS,
    closed: HOUR_MS,
    noted: 6 * HOUR_MS,
  },
  createSimulator: (context) => new CaseworkUnits(context),
}
