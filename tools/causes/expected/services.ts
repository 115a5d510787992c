// What is expected of an outbreak, and where a centre or a gateway is down.
import {
  change,
  type ExpectedMove,
  first,
  held,
  mostly,
  named,
  ofRoads,
  SIZE_OF_CONTROL,
} from './expectation.ts'

export const publicHealthMoves: ExpectedMove[] = [
  {
    domain: 'health-sentinel',
    delay: {
      ...mostly(
        first([60, 540], 'begin', 'begins → assess', 'an hour past its height at the latest'),
      ),
      shows: (event) => named(event) && event.data.stage === 'assess',
    },
    kpis: [
      change('health-sentinel.fever-visits', 'reading', [0.5, 5], [4, 8]),
      change('health-sentinel.assessing', 'kpi', [0.2, 1], [6, 8.5]),
    ],
  },
  {
    domain: 'casework',
    delay: first([0, 540], 'begin', 'begins → first case'),
    kpis: [change('casework.registered', 'reading', [0.02, 2], [4, 8])],
  },
]

export const controllerFaultMoves: ExpectedMove[] = [
  {
    domain: 'traffic-signal',
    delay: mostly(first([0, 5], 'begin', 'centre lost → cycle', 'a cycle of 150 s, two at most')),
    kpis: [
      change(
        'traffic-signal.usage',
        'reading',
        [-1, -0.9],
        [0.25, 1.5],
        'no centre, no adaptive control',
      ),
      ofRoads([0, 0.6], [0.25, 1.5], SIZE_OF_CONTROL),
    ],
  },
  {
    domain: 'casework',
    delay: first([0, 90], 'begin', 'centre lost → first case'),
    kpis: [change('casework.registered', 'reading', [0.05, 2], [0, 1.5])],
  },
]

const KEPT: ExpectedMove[] = [
  held('traffic-signal', 'traffic-signal.coverage', [-1, -0.8]),
  held('parking', 'parking.coverage', [-1, -0.8]),
  held('five-g-site', null, [0, 0]),
  held('system-access', 'system-access.coverage', [-1, -0.8]),
  { ...held('indicator-report', null, [0, 0]), seldom: true },
  held('e-license', 'e-license.coverage', [-1, -0.8]),
  held('hotline', 'hotline.coverage', [-1, -0.95]),
  held('casework', 'casework.coverage', [-1, -0.95]),
  held('health-sentinel', 'health-sentinel.coverage', [-1, -0.8]),
]

/** A gateway knows no domain: whoever reports through it is kept, of a city that has more domains, too. */
export function gatewayOutageMoves(domains: string[]): ExpectedMove[] {
  const others = domains.filter((name) => KEPT.every(({ domain }) => domain !== name))
  return [...KEPT, ...others.map((domain) => held(domain, null, [0, 0]))]
}
