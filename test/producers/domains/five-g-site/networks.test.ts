// What sites share: feeders that fail as a good city's do, transmission nodes that take their neighbourhood with them.
import { expect, it } from 'vitest'
import { fiveGSite } from '../../../../producers/domains/five-g-site/domain.ts'
import {
  createMains,
  feederNetwork,
  transmissionNetwork,
} from '../../../../producers/domains/five-g-site/networks.ts'
import type { SiteParameters } from '../../../../producers/domains/five-g-site/parameters.ts'
import { NO_SPELL } from '../../../../producers/simulation/spells.ts'
import { type FakeAsset, run, seedParameters, simulatedCity } from '../../simulated-city.ts'

const DAY = 86_400_000
const HOUR = DAY / 24
const START = '2025-06-18T00:00:00+08:00'
const parameters = seedParameters(fiveGSite) as SiteParameters
const never = { perDay: 0, medianHours: 1, sigma: 0 }

it('loses mains about once in two years and about an hour a year, without storms', () => {
  const mains = createMains(3, parameters, () => 0)
  const begin = Date.parse(START)
  let [spells, hours] = [0, 0]
  const feeders = 400
  for (let k = 0; k < feeders; k++) {
    for (let d = 0; d < 365; d++) {
      const feeder = { name: `F${k}`, scope: 1, lon: 113.3, lat: 23.1 }
      const spell = mains(feeder, begin + d * DAY)
      if (spell === NO_SPELL) continue
      spells++
      hours += (spell.to - spell.from) / HOUR
    }
  }
  console.log(
    `mains: ${(spells / feeders).toFixed(2)} interruptions and ${(hours / feeders).toFixed(2)} h a feeder-year`,
  )
  expect(spells / feeders).toBeGreaterThan(0.3)
  expect(spells / feeders).toBeLessThan(0.6)
  expect(hours / feeders).toBeGreaterThan(0.7)
  expect(hours / feeders).toBeLessThan(1.3)
})

/** Two cells of 10 by 20 sites. */
const sites: FakeAsset[] = Array.from({ length: 400 }, (_, n) => ({
  id: `5g-440106-${String(n).padStart(5, '0')}`,
  attributes: { kind: 'outdoor', shared: false, operator: 'A', setting: 'home', feeder: `F${n}` },
  cell: Math.floor(n / 200),
  lon: 113.3 + 0.002 * ((n * 7) % 10) + (n < 200 ? 0 : 0.05),
  lat: 23.1 + 0.002 * (Math.floor(n / 10) % 20),
}))

it('finds the same storms on a feeder from whichever shard, at whatever scale', () => {
  const stormy = { at: () => ({ rainMmH: 30, temperatureC: 25, storm: true }) }
  // Every tenth site of a cell is on the same feeder: the feeders' sites lie up to 4 km apart.
  const assets = sites.map((site, n) => {
    const feeder = `F${site.cell}-${n % 10}`
    return { ...site, attributes: { ...site.attributes, feeder } }
  })
  const spells = (list: FakeAsset[], own: (id: string) => boolean) => {
    const context = simulatedCity({ domain: fiveGSite, assets: list, start: START, own })
    const { of, spell } = feederNetwork({ ...context, weather: stormy })
    const found = new Map<string, string>()
    context.assets.forEach((n, i) => {
      const days = [...Array(30).keys()].map((d) => spell(of[i], Date.parse(START) + d * DAY).from)
      found.set(list[n].id, days.join())
    })
    return found
  }
  const all = spells(assets, () => true)
  const late = spells(assets, (id) => Number(id.slice(-5)) > 250)
  const few = spells(assets.slice(0, 50), () => true)
  expect(new Set(all.values()).size).toBeGreaterThan(10)
  for (const part of [late, few]) {
    expect(part.size).toBeGreaterThan(40)
    for (const [id, days] of part) expect([id, days]).toEqual([id, all.get(id)])
  }
})

it('hangs each site on the nearest node of its own cell', () => {
  const context = simulatedCity({ domain: fiveGSite, assets: sites, start: START })
  const { of } = transmissionNetwork(context)
  const { perCell } = parameters.transmission
  expect(new Set(of).size).toBe(2 * perCell)
  for (let n = 0; n < sites.length; n++) expect(Math.floor(of[n] / perCell)).toBe(sites[n].cell)
  // Cells that lie over each other: the nearest node of all is as often the other cell's.
  const mixed = sites.slice(0, 200).map((site, n) => ({ ...site, cell: n % 2 }))
  const there = transmissionNetwork(
    simulatedCity({ domain: fiveGSite, assets: mixed, start: START }),
  )
  const cellOf: number[] = []
  for (const [n, { cell }] of mixed.entries()) {
    cellOf[there.of[n]] ??= cell
    expect(cell).toBe(cellOf[there.of[n]])
  }
  const even = (id: string) => Number(id.slice(-5)) % 2 === 0
  const half = transmissionNetwork(
    simulatedCity({ domain: fiveGSite, assets: sites, start: START, own: even }),
  )
  expect([...half.of]).toEqual([...of].filter((_, n) => n % 2 === 0))
})

it('takes all sites of a node out at the same moment, and says why', () => {
  const seen = run(
    {
      domain: fiveGSite,
      assets: sites,
      start: START,
      parameters: {
        mains: { ...parameters.mains, perDay: 0 },
        storm: { ...parameters.storm, feederShare: 0 },
        outage: never,
        degraded: never,
        sleep: { ...parameters.sleep, outdoor: 0 },
        transmission: { ...parameters.transmission, perDay: 0.3, medianHours: 1 },
      },
    },
    24,
  )
  const context = simulatedCity({ domain: fiveGSite, assets: sites, start: START })
  const { of } = transmissionNetwork(context)
  const sizes = new Map<number, number>()
  for (const node of of) sizes.set(node, (sizes.get(node) ?? 0) + 1)
  const last = new Map<string, unknown>()
  const cuts = new Map<string, number>()
  for (const { id, time, data } of seen) {
    if (data.state === 'out') expect(data.alarm).toBe('transmission')
    if (data.state === 'out' && last.get(id) === 'on-air') {
      const cut = `${of[Number(id.slice(-5))]} ${time}`
      cuts.set(cut, (cuts.get(cut) ?? 0) + 1)
    }
    last.set(id, data.state)
  }
  expect(cuts.size).toBeGreaterThan(4)
  for (const [cut, count] of cuts) expect(count).toBe(sizes.get(Number(cut.split(' ')[0])))
})
