// Every domain of the city: one import and one entry each. Nothing is discovered.
import { eLicense } from './e-license/domain.ts'
import { fiveGSite } from './five-g-site/domain.ts'
import { indicatorReport } from './indicator-report/domain.ts'
import { parking } from './parking/domain.ts'
import type { Domain } from './simulator.ts'
import { systemAccess } from './system-access/domain.ts'
import { trafficSignal } from './traffic-signal/domain.ts'

export const domains: Domain[] = [
  trafficSignal,
  parking,
  fiveGSite,
  eLicense,
  systemAccess,
  indicatorReport,
]
