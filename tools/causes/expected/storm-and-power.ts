// What a storm is expected to do, and a loss of mains.
import {
  CYCLE,
  change,
  type ExpectedMove,
  first,
  HEAVY_RAIN,
  type Hours,
  mains,
  mostly,
  ofRoads,
  outOfPower,
  rain,
  reported,
} from './expectation.ts'

export function rainstormMoves(batteries: Hours): ExpectedMove[] {
  return [
    {
      domain: 'traffic-signal',
      delay: mostly(first([0, 10], rain, 'rain → cycle', CYCLE)),
      kpis: [ofRoads([0.1, 2], [0.5, 3], HEAVY_RAIN)],
    },
    {
      domain: 'parking',
      delay: reported([0, 11], { condition: 'ponding', from: 30 }, '30 cm → entrance closed'),
      kpis: [change('parking.usage', 'kpi', [-0.05, 0.01], [1.5, 3.5])],
    },
    {
      domain: 'five-g-site',
      delay: outOfPower(batteries),
      kpis: [
        change(
          'five-g-site.availability',
          'kpi',
          [-0.25, 0],
          [4.5, 6],
          'a sixth of the feeders, some mended before batteries end: demo assumption',
        ),
      ],
    },
    {
      domain: 'e-license',
      delay: mostly(first([0, 25], mains, 'mains lost → report', 'a step and a report of 15 min')),
      kpis: [
        change(
          'e-license.coverage',
          'kpi',
          [-0.25, -0.005],
          [2, 4],
          'a sixth of the feeders: demo assumption',
        ),
      ],
    },
    {
      domain: 'hotline',
      delay: first([0, 120], rain, 'rain → first item'),
      kpis: [change('hotline.received', 'reading', [0.15, 1.2], [0.5, 3])],
    },
    {
      domain: 'casework',
      delay: first([0, 180], rain, 'rain → first case'),
      kpis: [change('casework.registered', 'reading', [0.2, 3], [0.5, 3])],
    },
  ]
}

export function powerLossMoves(batteries: Hours): ExpectedMove[] {
  return [
    {
      domain: 'traffic-signal',
      delay: mostly(
        first([0, 5], mains, 'mains lost → amber', 'a step of a minute and a cycle of 150 s'),
      ),
      kpis: [
        change('traffic-signal.coverage', 'reading', [-1, -0.8], [1, 2], 'dark after half an hour'),
        change('traffic-signal.usage', 'reading', [-1, -0.8], [1, 2], 'no controller, no control'),
      ],
    },
    {
      domain: 'parking',
      delay: mostly(reported([0, 11], mains, 'mains lost → signs dark')),
      kpis: [change('parking.usage', 'kpi', [-0.05, 0.05], [1, 2])],
    },
    {
      domain: 'five-g-site',
      // A site may be out for reasons of its own when its battery ends.
      delay: mostly(outOfPower(batteries)),
      kpis: [change('five-g-site.availability', 'kpi', [-0.8, -0.15], [3, 4.5])],
    },
    {
      domain: 'e-license',
      delay: mostly(first([0, 20], mains, 'mains lost → report', 'a report of 15 min')),
      kpis: [change('e-license.coverage', 'reading', [-1, -0.8], [1, 2])],
    },
    {
      domain: 'hotline',
      delay: first([0, 120], mains, 'mains lost → first item'),
      kpis: [change('hotline.received', 'reading', [0.8, 2.2], [0.5, 2])],
    },
    {
      domain: 'casework',
      delay: first([0, 120], mains, 'mains lost → first case'),
      kpis: [change('casework.registered', 'reading', [0.3, 3], [0.5, 2])],
    },
  ]
}
