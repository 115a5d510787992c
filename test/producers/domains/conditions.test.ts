// What incidents do to domains does not depend on how the city is cut into shards.
import { expect, it } from 'vitest'
import { digestOf } from '../../../commands/digest.ts'
import { worldOf } from '../incident-runs.ts'

it('a storm, a loss of mains and a crowd give the same bytes in 1, 2, 4 and 8 shards', () => {
  const place = { lon: 113.265, lat: 23.13, km: 3 }
  const incidents = [
    { id: 'storm-1', kind: 'rainstorm', at: 'PT5M', for: 'PT1H', severity: 'red', place },
    { id: 'dark-1', kind: 'power-loss', at: 'PT1M', for: 'PT30M', severity: 'red', place },
    { id: 'crowd-1', kind: 'crowd', at: 'PT30M', for: 'PT1H', severity: 'red', place },
  ]
  const domains = 'five-g-site,hotline,e-license'
  const world = worldOf({ domains, from: '13:00', for: 'PT2H30M', scale: '0.1', incidents })
  const digests = [1, 2, 4, 8].map((shards) => digestOf(world, shards))
  expect(digests[0].events).toBeGreaterThan(50_000)
  for (const digest of digests) expect(digest).toEqual(digests[0])
})
