// The domain "5G sites": declaration, parameters and simulator in one value.
import type { Domain } from '../../simulation/simulator.ts'
import { declaration } from './declaration.ts'
import { siteParameters } from './parameters.ts'
import { createSiteSimulator } from './simulate.ts'

export const fiveGSite: Domain = {
  declaration,
  parameters: siteParameters,
  createSimulator: createSiteSimulator,
}
