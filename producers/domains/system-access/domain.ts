// The domain "hub access": declaration, parameters and simulator in one value.
import type { Domain } from '../../simulation/simulator.ts'
import { declaration } from './declaration.ts'
import { accessParameters } from './parameters.ts'
import { createAccessSimulator } from './simulate.ts'

export const systemAccess: Domain = {
  declaration,
  parameters: accessParameters,
  createSimulator: createAccessSimulator,
}
