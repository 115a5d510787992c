// Who is whose neighbour: by road, order and distance, within a cell.
import { describe, expect, it } from 'vitest'
import { trafficSignal } from '../../../../../producers/domains/traffic-signal/domain.ts'
import { Roads, rowsOf } from '../../../../../producers/domains/traffic-signal/street/corridors.ts'
import { type FakeAsset, simulatedCity } from '../../../simulated-city.ts'

const KM_EAST = 1 / 102.3

/** A junction so many km east of the first, on a road. */
const at = (km: number, corridor: string | undefined, cell = 0): FakeAsset => ({
  id: `sig-${corridor}-${cell}-${km}`,
  attributes: {
    ...{ class: 'arterial', approaches: 4, adaptive: false },
    ...(corridor === undefined ? {} : { corridor }),
  },
  cell,
  lon: 113.3 + km * KM_EAST,
  lat: 23.1,
})

function rows(assets: FakeAsset[]) {
  const context = simulatedCity({
    domain: trafficSignal,
    assets,
    start: '2025-06-18T08:00:00+08:00',
  })
  return rowsOf(context).map(({ junctions, waysS }) => ({
    ids: junctions.map((j) => assets[j].id),
    waysS,
  }))
}

describe('rowsOf', () => {
  it('puts the junctions of a road in order, the one nearest to the middle last', () => {
    // Weight in the west: that is where the middle is.
    const far = [at(0, undefined), at(0.1, undefined), at(0.2, undefined), at(0.3, undefined)]
    const row = [at(4.5, 'a'), at(4, 'a'), at(5, 'a')]
    const [found, ...others] = rows([...far, ...row])
    expect(others).toEqual([])
    expect(found.ids).toEqual(['sig-a-0-5', 'sig-a-0-4.5', 'sig-a-0-4'])
    // 0.5 km at 45 km/h.
    expect(found.waysS).toEqual([40, 40])
  })

  it('cuts a road where the way is long, and leaves lone junctions out', () => {
    const found = rows([at(0, 'a'), at(0.5, 'a'), at(3, 'a'), at(3.4, 'a'), at(6, 'a')])
    expect(found.map(({ ids }) => ids.length)).toEqual([2, 2])
  })

  it('keeps roads and cells apart, and junctions without a road alone', () => {
    expect(rows([at(0, 'a'), at(0.5, 'b'), at(1, 'a', 1), at(1.2, undefined)])).toEqual([])
  })
})

describe('Roads', () => {
  it('have neighbours or not for all of their junctions, whoever owns those', () => {
    const assets = [
      at(0, 'a'),
      at(9, 'a', 1),
      at(9.4, 'a', 1),
      at(0, 'b'),
      at(0.4, 'b', 1),
      at(1, undefined),
    ]
    const seenBy = (own: (id: string) => boolean) => {
      const start = '2025-06-18T08:00:00+08:00'
      const context = simulatedCity({ domain: trafficSignal, assets, start, own })
      const roads = new Roads(context)
      return Array.from(context.assets, (n, j) => [assets[n].id, roads.haveNeighbours(j)])
    }
    const first = ['sig-a-0-0', true]
    expect(seenBy((id) => id === 'sig-a-0-0')).toEqual([first])
    expect(seenBy(() => true)).toEqual([
      first,
      ['sig-a-1-9', true],
      ['sig-a-1-9.4', true],
      ['sig-b-0-0', false],
      ['sig-b-1-0.4', false],
      ['sig-undefined-0-1', false],
    ])
  })
})
