// The domain "indicator reports": declaration, parameters and simulator in one value.
import type { Domain } from '../../simulation/simulator.ts'
import { declaration } from './declaration.ts'
import { indicatorParameters } from './parameters.ts'
import { createIndicatorSimulator } from './simulate.ts'

export const indicatorReport: Domain = {
  declaration,
  parameters: indicatorParameters,
  createSimulator: createIndicatorSimulator,
}
