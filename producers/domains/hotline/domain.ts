// The hotline as one plug-in: what it says about itself and how it happens.

import { HOUR_MS } from '../../../infra/time.ts'
import type { Domain } from '../../simulation/simulator.ts'
import { declaration } from './declaration.ts'
import { parametersSchema } from './parameters.ts'
import { HotlineUnits } from './simulate.ts'

export const hotline: Domain = {
  declaration,
  parameters: parametersSchema,
  // At the size that quick suites run, minutes pass without one.
  rareEvents: { forwarded: HOUR_MS, closed: HOUR_MS },
  createSimulator: (context) => new HotlineUnits(context),
}
