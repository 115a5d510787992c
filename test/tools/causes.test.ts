// What each kind of incident does is what is expected of it, and is missed where there is none: the small city, one seed, every kind.
import { describe, expect, it } from 'vitest'
import { incidentKinds } from '../../producers/incidents/kinds.ts'
import type { IncidentPlace } from '../../seeds/contract.ts'
import { causeRows, openCauses } from '../../tools/causes/causes.ts'
import { CAUSE_TRIALS } from '../../tools/causes/trials.ts'

const world = openCauses('testville')
const SEEDS = [2]
/** The only car park that a storm closes there stands at the edge. */
function aroundLowLot(): IncidentPlace {
  const { lon, lat, numberOf } = world.catalogue
  const lot = numberOf('park-990103-00002')
  return { lon: lon[lot], lat: lat[lot], km: 6.5 }
}
const TRIALS = CAUSE_TRIALS.map((trial) =>
  trial.kind === 'rainstorm' ? { ...trial, place: aroundLowLot } : trial,
)
const STILL = 'by construction'

it('has a trial for every kind of incident', () => {
  expect(CAUSE_TRIALS.map(({ kind }) => kind).sort()).toEqual(
    incidentKinds.map(({ kind }) => kind).sort(),
  )
})

describe.each(TRIALS)('$kind', (trial) => {
  it('moves the domains that it should, as soon and as much as it should, and nothing else', () => {
    const rows = causeRows(world, trial, SEEDS)
    expect(rows.filter(({ ok }) => !ok)).toEqual([])
    // Some domain is moved, and the city goes on elsewhere.
    expect(rows.filter(({ source }) => source !== STILL).length).toBeGreaterThan(1)
  })

  it('is missed where it does not happen', () => {
    const rows = causeRows(world, trial, SEEDS, { without: true })
    for (const { ok, source } of rows) expect(ok).toBe(source === STILL)
  })
})
