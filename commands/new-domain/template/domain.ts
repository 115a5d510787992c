// Sample points as one plug-in: what they say about themselves and how it happens.
import type { Domain } from '../../../producers/simulation/simulator.ts'
import { declaration } from './declaration.ts'
import { parametersSchema } from './parameters.ts'
import { SampleDomainPoints } from './simulate.ts'

export const sampleDomain: Domain = {
  declaration,
  parameters: parametersSchema,
  createSimulator: (context) => new SampleDomainPoints(context),
}
