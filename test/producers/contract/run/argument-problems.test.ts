// What is wrong with a command's arguments, in one line each.
import { expect, it } from 'vitest'
import { argumentProblems } from '../../../../producers/contract/run/argument-problems.ts'
import { INCIDENT_COMMANDS } from '../../../../producers/contract/run/incident-commands.ts'

const FORMS = '{district}, {lon, lat, km}, {route, km} or {polygon}'

it.each([
  [{ lon: 113.3, lat: 23.1 }],
  [{ district: 440106 }],
  [{ lon: 113.3, lat: 99, km: 2 }],
  [{}],
])('of a place %j: one line that says what forms there are', (place) => {
  const args = { kind: 'rainstorm', place, for: 'PT1H' }
  expect(argumentProblems(INCIDENT_COMMANDS['incident.start'], args)).toEqual([
    `args/place: ${JSON.stringify(place)}, expected ${FORMS}`,
  ])
})

it('of a severity: its colours', () => {
  const args = { kind: 'rainstorm', place: { district: '440106' }, for: 'PT1H', severity: 'pink' }
  expect(argumentProblems(INCIDENT_COMMANDS['incident.start'], args)).toEqual([
    'args/severity: "pink", expected one of blue, yellow, orange, red',
  ])
})
