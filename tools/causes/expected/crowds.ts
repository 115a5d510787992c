// What crowds are expected to do: runners and those who watch them, visitors of a fair.
import {
  ASSUMED,
  CYCLE,
  change,
  crowd,
  type ExpectedMove,
  FEW_CARS,
  first,
  mostly,
  ofRoads,
} from './expectation.ts'

export const crowdMoves: ExpectedMove[] = [
  {
    domain: 'traffic-signal',
    delay: mostly(first([0, 10], crowd, 'runners → cycle', CYCLE)),
    kpis: [ofRoads([0.2, 3], [0.5, 3], ASSUMED)],
  },
  {
    domain: 'parking',
    delay: first([0, 150], crowd, 'people → first car', FEW_CARS),
    kpis: [change('parking.usage', 'kpi', [0.02, 0.5], [1, 3])],
  },
  {
    domain: 'five-g-site',
    delay: mostly(first([0, 21], crowd, 'people → report', 'a step and a report of 15 min')),
    kpis: [change('five-g-site.usage', 'kpi', [0.02, 0.5], [0.5, 3])],
  },
  {
    domain: 'hotline',
    delay: first([0, 180], crowd, 'people → first item'),
    kpis: [change('hotline.received', 'reading', [0, 0.6], [0, 3])],
  },
  {
    domain: 'casework',
    delay: first([0, 180], crowd, 'people → first case'),
    kpis: [change('casework.registered', 'reading', [0.1, 6], [0, 3])],
  },
]

export const fairMoves: ExpectedMove[] = [
  {
    domain: 'traffic-signal',
    delay: mostly(
      first([0, 15], crowd, 'visitors → cycle', 'a step of 10 min and a cycle of 150 s'),
    ),
    kpis: [ofRoads([0.3, 3], [1, 3], ASSUMED)],
  },
  {
    domain: 'parking',
    delay: mostly(first([0, 150], crowd, 'visitors → first car', FEW_CARS)),
    kpis: [change('parking.usage', 'kpi', [0.05, 0.6], [2.5, 4.5])],
  },
  {
    domain: 'five-g-site',
    delay: mostly(first([0, 26], crowd, 'visitors → report', 'a step and a report of 15 min')),
    kpis: [change('five-g-site.usage', 'kpi', [0.05, 0.6], [2.5, 4.5])],
  },
  {
    domain: 'hotline',
    delay: first([0, 240], crowd, 'visitors → first item'),
    kpis: [change('hotline.received', 'reading', [0.1, 0.9], [1.5, 4.5])],
  },
  {
    domain: 'casework',
    delay: first([0, 240], crowd, 'visitors → first case'),
    kpis: [change('casework.registered', 'reading', [0.2, 8], [1.5, 4.5])],
  },
]
