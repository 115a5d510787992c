// A storm and a crowd over a tenth of the city's streets: the same bytes in any number of shards, each reading equal to its truth.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { digestOf } from '../../commands/digest.ts'
import { computeKpis } from '../../commands/kpis.ts'
import { openWorld, type World } from '../../commands/wiring/world.ts'
import { domains } from '../../producers/domains.ts'

const folder = mkdtempSync(join(tmpdir(), 'storm-'))
afterAll(() => rmSync(folder, { recursive: true }))

const scenario = {
  title: { zh: '暴雨与球赛', en: 'A storm and a match' },
  ...{ seed: 440100, start: '2025-06-18T16:30:00+08:00', duration: 'PT25M', scale: 0.1 },
  incidents: [
    {
      ...{ id: 'storm', kind: 'rainstorm', at: 'PT2M', for: 'PT20M', severity: 'red' },
      place: { district: '440106' },
    },
    {
      ...{ id: 'match', kind: 'crowd', at: 'PT2M', for: 'PT20M', severity: 'red' },
      place: { lon: 113.32, lat: 23.14, km: 5 },
    },
  ],
}

let world: World
beforeAll(() => {
  const file = join(folder, 'storm.json')
  writeFileSync(file, JSON.stringify(scenario))
  const values = { scenario: file, domains: 'traffic-signal,parking' }
  world = openWorld(values, { domains, truth: true })
})

it('gives the same digest in 1, 2, 4 and 8 shards, and another one without incidents', () => {
  const { digest } = digestOf(world, 1)
  for (const shards of [2, 4, 8]) expect(digestOf(world, shards).digest).toBe(digest)
  const usual = { ...world, scenario: { ...world.scenario, incidents: [] } }
  expect(digestOf(usual, 1).digest).not.toBe(digest)
})

it('gives readings that equal their truths', () => {
  const truths: Record<string, number> = {}
  const { ledger } = computeKpis(world, ({ truth }) => {
    truths[String(truth)] = (truths[String(truth)] ?? 0) + 1
  })
  expect(Object.keys(truths)).toEqual(['equal'])
  expect(truths.equal).toBeGreaterThan(140)
  expect(ledger.every(({ unexplained }) => unexplained === 0)).toBe(true)
})
