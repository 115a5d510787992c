// The hotline as one plug-in: what it says about itself and how it happens.
import type { Domain } from '../../simulation/simulator.ts'
import { declaration } from './declaration.ts'
import { parametersSchema } from './parameters.ts'
import { HotlineUnits } from './simulate.ts'

export const hotline: Domain = {
  declaration,
  parameters: parametersSchema,
  createSimulator: (context) => new HotlineUnits(context),
}
