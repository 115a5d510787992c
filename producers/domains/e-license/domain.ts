// The domain "e-licences": declaration, parameters and simulator in one value.
import type { Domain } from '../../simulation/simulator.ts'
import { declaration } from './declaration.ts'
import { type LicenceParameters, licenceParameters } from './parameters.ts'
import { createLicenceSimulator } from './simulate.ts'

export const eLicense: Domain = {
  declaration,
  parameters: licenceParameters,
  createSimulator: createLicenceSimulator,
  words(parameters) {
    const { services, channels } = parameters as LicenceParameters
    return {
      channel: Object.fromEntries(
        Object.entries(channels).map(([code, { label }]) => [code, label]),
      ),
      service: Object.fromEntries(services.map(({ code, label }) => [code, label])),
    }
  },
}
