// Every kind of incident: one import and one entry each. Nothing is discovered.
import type { IncidentKind } from './incident.ts'
import { controllerFault } from './kinds/controller-fault/controller-fault.ts'
import { crowd } from './kinds/crowd/crowd.ts'
import { fair } from './kinds/fair/fair.ts'
import { gatewayOutage } from './kinds/gateway-outage/gateway-outage.ts'
import { powerLoss } from './kinds/power-loss/power-loss.ts'
import { publicHealth } from './kinds/public-health/public-health.ts'
import { rainstorm } from './kinds/rainstorm/rainstorm.ts'

export const incidentKinds: IncidentKind[] = [
  rainstorm,
  crowd,
  fair,
  powerLoss,
  publicHealth,
  controllerFault,
  gatewayOutage,
]
