// The health sentinels as one plug-in: what they say about themselves and how it happens.
import { DAY_MS } from '../../../infra/time.ts'
import type { Domain } from '../../simulation/simulator.ts'
import { declaration } from './declaration.ts'
import { parametersSchema } from './parameters.ts'
import { HealthSentinels } from './simulate.ts'

export const healthSentinel: Domain = {
  declaration,
  parameters: parametersSchema,
  // Small outbreaks are: without an incident a sentinel has an assessment now and then.
  rareEvents: { 'stage-change': 7 * DAY_MS },
  createSimulator: (context) => new HealthSentinels(context),
}
