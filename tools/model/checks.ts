// All checks of the model, in the order in which the table lists them; a domain's owner adds its line.
import type { OpenCheck } from './check.ts'
import { openDaysCheck } from './days.ts'
import { openSiteCheck } from './five-g-site.ts'

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
]
