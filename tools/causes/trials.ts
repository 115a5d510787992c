// Where and when each kind of incident is measured: the same for every city, since places are found by where its assets stand.
import { HOUR_MS, MINUTE_MS } from '../../infra/time.ts'
import type { IncidentPlace, Severity } from '../../seeds/contract.ts'
import { around, type PlacedCity, through } from './places.ts'

export type CauseTrial = {
  kind: string
  /** As the table says it. */
  about: string
  place(city: PlacedCity): IncidentPlace
  severity: Severity
  parameters?: Record<string, unknown>
  /** Time of day on a workday at which the run starts; when the incident begins after it, how long it is, how long the run. */
  start: string
  atMs: number
  forMs: number
  runMs: number
}

export const CAUSE_TRIALS: CauseTrial[] = [
  {
    kind: 'rainstorm',
    about: 'red, three hours from 15:30 on, over the inner seven tenths of the city',
    place: around(0.7),
    severity: 'red',
    ...{ start: '15:00', atMs: 30 * MINUTE_MS, forMs: 3 * HOUR_MS, runMs: 6.75 * HOUR_MS },
  },
  {
    kind: 'crowd',
    about: 'a marathon, red, three hours from 07:30 on, within 1.5 km of its route',
    place: through(0.2, 1.5),
    severity: 'red',
    ...{ start: '07:00', atMs: 30 * MINUTE_MS, forMs: 3 * HOUR_MS, runMs: 4 * HOUR_MS },
  },
  {
    kind: 'fair',
    about: 'red, the first morning, over the inner tenth of the city',
    place: around(0.1),
    severity: 'red',
    ...{ start: '07:15', atMs: 15 * MINUTE_MS, forMs: 12 * HOUR_MS, runMs: 4.75 * HOUR_MS },
  },
  {
    kind: 'power-loss',
    about: 'red, all feeders within ten minutes of 13:15, the inner quarter of the city',
    place: around(0.25),
    severity: 'red',
    ...{ start: '13:00', atMs: 15 * MINUTE_MS, forMs: HOUR_MS, runMs: 5 * HOUR_MS },
  },
  {
    kind: 'public-health',
    about: 'red, at its height after eight hours, the inner half of the city',
    place: around(0.5),
    severity: 'red',
    ...{ start: '05:45', atMs: 15 * MINUTE_MS, forMs: 16 * HOUR_MS, runMs: 9 * HOUR_MS },
  },
  {
    kind: 'controller-fault',
    about: 'an hour and a half from 17:15 on, the inner quarter of the city',
    place: around(0.25),
    severity: 'orange',
    ...{ start: '17:00', atMs: 15 * MINUTE_MS, forMs: 1.5 * HOUR_MS, runMs: 2 * HOUR_MS },
  },
  {
    kind: 'gateway-outage',
    about: 'an hour from 10:15 on, the inner quarter of the city',
    place: around(0.25),
    severity: 'orange',
    ...{ start: '10:00', atMs: 15 * MINUTE_MS, forMs: HOUR_MS, runMs: 1.5 * HOUR_MS },
  },
]
