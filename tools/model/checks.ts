// All checks of the model, in the order in which the table lists them; a domain's owner adds its line.
import type { OpenCheck } from './check.ts'
import { openDaysCheck } from './days.ts'
import { openDelayIndexCheck } from './delay-index.ts'
import { openLicenceCheck } from './domains/e-license.ts'
import { openSiteCheck } from './domains/five-g-site.ts'
import { openSentinelCheck } from './domains/health-sentinel.ts'
import { openIndicatorCheck } from './domains/indicator-report.ts'
import { openAccessCheck } from './domains/system-access.ts'
import { openParkingCheck } from './parking.ts'
import { openSignalCheck } from './traffic-signal.ts'

export type NamedCheck = {
  name: string
  /** Whose assets are simulated; null = none are: the check asks the context alone. */
  domain: string | null
  open: OpenCheck
  /** Share of the city's assets that is enough for it, unless `--scale` says otherwise. */
  scale: number
}

export const CHECKS: NamedCheck[] = [
  { name: 'days', domain: null, open: openDaysCheck, scale: 0.05 },
  { name: 'five-g-site', domain: 'five-g-site', open: openSiteCheck, scale: 0.05 },
  { name: 'traffic-signal', domain: 'traffic-signal', open: openSignalCheck, scale: 0.05 },
  { name: 'delay-index', domain: 'traffic-signal', open: openDelayIndexCheck, scale: 0.25 },
  { name: 'parking', domain: 'parking', open: openParkingCheck, scale: 0.05 },
  { name: 'e-license', domain: 'e-license', open: openLicenceCheck, scale: 1 },
  { name: 'system-access', domain: 'system-access', open: openAccessCheck, scale: 1 },
  { name: 'indicator-report', domain: 'indicator-report', open: openIndicatorCheck, scale: 1 },
  { name: 'health-sentinel', domain: 'health-sentinel', open: openSentinelCheck, scale: 1 },
]
