// What is run to score the alerts: each scenario small, and no longer than it takes to notice its incidents.
import type { OptionValues } from '../../commands/options/options.ts'

/** `options` as `npx huacheng alerts` has them. */
export type AlertTrial = { scenario: string; options: OptionValues }

/** In one partition, which changes no reading and is the quickest. */
const trial = (scenario: string, options: OptionValues): AlertTrial => ({
  ...{ scenario, options: { partitions: '1', ...options } },
})

export const ALERT_TRIALS: AlertTrial[] = [
  trial('rainstorm', { scale: '0.03', for: 'PT2H40M' }),
  trial('marathon', { scale: '0.03', for: 'PT3H' }),
  trial('canton-fair', { scale: '0.03', for: 'PT4H' }),
  // An outbreak takes a day or two to show, and only sentinels see it.
  trial('public-health', { scale: '0.05', for: 'P4D', domains: 'health-sentinel,casework' }),
  trial('three-minutes', { scale: '0.03', for: 'PT2H' }),
  trial('ten-minutes', { scale: '0.03', for: 'PT4H25M' }),
  trial('testville/storm', { for: 'PT1H30M' }),
  // Whatever is noticed in these two is false.
  trial('quiet-night', { scale: '0.1' }),
  trial('default', { scale: '0.1' }),
]
