// Groups of a made-up city that go dark: found, told once per change, over, and explained by one thing only.
import { beforeEach, describe, expect, it } from 'vitest'
import { Findings } from '../../../../../console/server/state/findings/findings.ts'
import { createMapState, type MapState } from '../../../../../console/server/state/map-state.ts'
import type { Declaration } from '../../../../../producers/contract/declaration.ts'
import { ASSETS, catalogueOfSize, city, descriptor, frame, LAMPS, START } from '../../small-city.ts'

const ON = 1
const DARK = 2
const STALE = 255
/** Lamps hang on strings of 30, and every fifth one is of a maker's; wells have nothing in common. */
const catalogue = {
  ...catalogueOfSize(),
  attributes: Array.from({ length: ASSETS }, (_, i) => ({
    colour: 'white',
    string: `string-${i < LAMPS ? Math.floor(i / 30) : i}`,
    maker: `maker-${i % 5}`,
    height: 3,
  })),
}
const lamp = {
  ...descriptor.declarations.lamp,
  attributes: { colour: { label: { zh: '', en: '' }, values: {} } },
  layer: {
    ...descriptor.declarations.lamp.layer,
    states: (['normal', 'critical'] as const).map((tone) => ({
      ...{ code: tone, label: { zh: '', en: '' }, tone },
    })),
  },
} satisfies Declaration
const { well } = descriptor.declarations

let map: MapState
let findings: Findings
let offset: number

beforeEach(() => {
  map = createMapState(ASSETS)
  findings = new Findings({
    ...{ epoch: 1, city, catalogue, map },
    declarations: { lamp, well: { ...well, cityWide: false } },
  })
  offset = 0
  put(0, ASSETS, ON)
})

/** Assets [from, to) are in a state from this minute of the run on. */
function put(from: number, to: number, state: number, minute = 0, keyframe = false): void {
  const cells = Array.from({ length: to - from }, (_, k): [number, number, number] => [
    ...([from + k, state, 0] as [number, number, number]),
  ])
  const time = Date.parse(START) + minute * 60_000
  map.take('lamp|0', { ...frame(1, ++offset, cells), time, keyframe })
}
const at = (minute: number) => new Date(Date.parse(START) + minute * 60_000).toISOString()

describe('findings', () => {
  it('are groups by a name, from the time at which so many of them were abnormal', () => {
    expect(findings.look()).toEqual([])
    put(30, 40, DARK, 4)
    put(40, 50, DARK, 6)
    put(50, 52, DARK, 7)
    const [finding, ...others] = findings.look()
    expect(others).toEqual([])
    expect(finding).toMatchObject({
      ...{ epoch: 1, domain: 'lamp', attribute: 'string', value: 'string-1', state: 'critical' },
      ...{ count: 22, of: 30, since: at(6), sinceAtLatest: false, until: null, usual: 0 },
      districts: [
        { code: '990001', count: 11 },
        { code: '990002', count: 11 },
      ],
    })
    expect(finding.lon).toBeCloseTo(113.041)
    expect(finding.lat).toBeCloseTo(23.0205)
    expect(finding.km).toBeGreaterThan(0.8)
    expect(finding.km).toBeLessThan(1.4)
    expect(findings.newestFirst()).toEqual([finding])
    expect(findings.assetsOf(finding.id)).toEqual(Array.from({ length: 22 }, (_, k) => 30 + k))
    expect(findings.assetsOf('nothing')).toBeNull()
  })

  it('are published when they change and at no other look', () => {
    put(30, 60, DARK, 4)
    const [first] = findings.look()
    const version = findings.version()
    expect(findings.look()).toEqual([])
    put(0, 1, ON, 5)
    expect(findings.look()).toEqual([])
    expect(findings.version()).toBe(version)
    put(30, 31, ON, 6)
    expect(findings.look()).toMatchObject([{ id: first.id, count: 29, since: at(4) }])
    expect(findings.version()).toBe(version + 1)
  })

  it('end well below the edge, keep what they were, and begin anew', () => {
    put(30, 60, DARK, 4)
    const [first] = findings.look()
    put(30, 49, ON, 8)
    expect(findings.look()).toMatchObject([{ count: 11, until: null }])
    put(49, 52, ON, 9)
    expect(findings.look()).toMatchObject([{ id: first.id, count: 11, until: at(9) }])
    expect(findings.assetsOf(first.id)).toEqual([])
    put(30, 60, DARK, 12)
    expect(findings.look()).toMatchObject([{ since: at(12), until: null }])
    expect(findings.newestFirst().map(({ since }) => since)).toEqual([at(12), at(4)])
  })

  it('are none by what another one explains', () => {
    // A whole string, so six more of each maker's 30: 24 of maker 0 are dark, 18 of them by the string alone.
    put(30, 60, DARK, 4)
    for (let i = 0; i < 30; i += 5) put(i, i + 1, DARK, 4)
    expect(findings.look().map(({ value }) => value)).toEqual(['string-1'])
    // A maker's own trouble is one of its own.
    put(30, 60, ON, 5)
    for (let i = 0; i < LAMPS; i += 5) put(i, i + 1, DARK, 5)
    const told = findings.look().map(({ value, until }) => [value, until !== null])
    expect(told).toEqual([
      ['string-1', true],
      ['maker-0', false],
    ])
  })

  it('say that they are silent, and that nobody knows since when', () => {
    map = createMapState(ASSETS)
    findings = new Findings({ epoch: 1, city, catalogue, map, declarations: { lamp, well } })
    put(0, 60, ON, 20, true)
    put(60, 90, STALE, 20, true)
    put(90, LAMPS, ON, 20, true)
    expect(findings.look()).toMatchObject([
      { value: 'string-2', state: 'silent', since: at(20), sinceAtLatest: true },
    ])
  })
})
