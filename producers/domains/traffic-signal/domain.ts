// Traffic signals as one plug-in: what they say about themselves and how they work.
import type { Domain } from '../../simulation/simulator.ts'
import { declaration } from './declaration.ts'
import { parametersSchema } from './parameters.ts'
import { createSignalSimulator } from './simulate.ts'

export const trafficSignal: Domain = {
  declaration,
  parameters: parametersSchema,
  createSimulator: createSignalSimulator,
}
