// Every domain of the city: one import and one entry each. Nothing is discovered.

import { casework } from './domains/casework/domain.ts'
import { eLicense } from './domains/e-license/domain.ts'
import { fiveGSite } from './domains/five-g-site/domain.ts'
import { healthSentinel } from './domains/health-sentinel/domain.ts'
import { hotline } from './domains/hotline/domain.ts'
import { indicatorReport } from './domains/indicator-report/domain.ts'
import { parking } from './domains/parking/domain.ts'
import { systemAccess } from './domains/system-access/domain.ts'
import { trafficSignal } from './domains/traffic-signal/domain.ts'
import type { Domain } from './simulation/simulator.ts'

export const domains: Domain[] = [
  trafficSignal,
  parking,
  fiveGSite,
  eLicense,
  systemAccess,
  indicatorReport,
  hotline,
  casework,
  healthSentinel,
]
