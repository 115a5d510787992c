// The domain "e-licences": declaration, parameters and simulator in one value.
import type { Domain } from '../simulator.ts'
import { declaration } from './declaration.ts'
import { licenceParameters } from './parameters.ts'
import { createLicenceSimulator } from './simulate.ts'

export const eLicense: Domain = {
  declaration,
  parameters: licenceParameters,
  createSimulator: createLicenceSimulator,
}
