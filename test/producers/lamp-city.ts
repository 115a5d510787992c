// A tiny fictional city for tests of the producers' core: lamps that report their state and flash at random.
import { Type } from 'typebox'
import { pick, stream, uniform } from '../../infra/random.ts'
import type { Declaration } from '../../producers/contract/declaration.ts'
import type { Descriptor } from '../../producers/contract/records.ts'
import { buildDescriptor } from '../../producers/kernel/descriptor.ts'
import type { Domain, SimulationContext, Simulator } from '../../producers/simulation/simulator.ts'
import type { Catalogue, City, Plan, Scenario } from '../../seeds/contract.ts'

export const START = Date.parse('2025-06-18T08:30:00.000Z')
const both = (en: string) => ({ zh: en, en })

const declaration: Declaration = {
  domain: 'lamp',
  label: both('Lamps'),
  asset: both('lamp'),
  cityWide: false,
  cadenceMs: 60_000,
  events: [
    {
      name: 'status',
      type: 'city.lamp.status.v1',
      periodic: true,
      label: both('status'),
      schema: Type.Object({ lit: Type.Boolean(), watts: Type.Number() }),
      fields: {},
    },
    {
      name: 'flash',
      type: 'city.lamp.flash.v1',
      periodic: false,
      label: both('flash'),
      schema: Type.Object({ lit: Type.Boolean(), watts: Type.Number() }),
      fields: {},
    },
  ],
  layer: {
    shape: 'circle',
    order: 1,
    on: ['status'],
    states: [{ code: 'lit', label: both('lit'), tone: 'normal' }],
    state: 'lit',
    value: { field: 'watts' },
    valueScale: 10,
    valueLabel: both('watts'),
    valueUnit: 'W',
    freshForMs: 120_000,
  },
  measures: [
    {
      name: 'coverage',
      label: both('lit'),
      short: both('lit'),
      rule: both('lit lamps'),
      kind: 'share',
      on: ['status'],
      unit: '1',
      decimals: 0,
      counts: { eq: [{ field: 'lit' }, true] },
      freshForMs: 60_000,
      good: 'up',
    },
    {
      name: 'flashes',
      label: both('flashes'),
      short: both('flashes'),
      rule: both('flashes'),
      kind: 'count',
      on: ['flash'],
      unit: '{flash}',
      decimals: 0,
      value: 1,
      good: null,
    },
    {
      name: 'power',
      label: both('power'),
      short: both('power'),
      rule: both('mean power'),
      kind: 'gauge',
      on: ['status', 'flash'],
      unit: 'W',
      decimals: 1,
      used: { field: 'watts' },
      of: { if: [{ field: 'lit' }, 1, 0] },
      freshForMs: 60_000,
      good: null,
    },
  ],
  commands: [
    {
      name: 'lamp.off',
      label: both('switch off'),
      args: Type.Object({}, { additionalProperties: false }),
      effect: both('goes dark'),
      reach: 'asset',
      moves: [],
    },
  ],
}

function createSimulator(context: SimulationContext): Simulator {
  const { assets, catalogue, scenario, cadence, conditions } = context
  const words = Array.from(assets, (n) => stream(scenario.seed, catalogue.ids[n], 'payload'))
  const phase = words.map((w) => Math.floor(uniform(w, 0) * cadence.everyMs))
  const nextStatus = phase.map((p) => scenario.start - cadence.everyMs + p)
  const off = words.map(() => false)
  const later = (i: number, time: number) => {
    const flash = time + 1 + Math.floor(uniform(words[i], 0) * 50_000)
    return time < scenario.start ? nextStatus[i] : Math.min(flash, nextStatus[i])
  }
  return {
    first(i) {
      const commissioned = catalogue.commissionedAt[assets[i]]
      if (commissioned > scenario.start) nextStatus[i] = commissioned
      return nextStatus[i]
    },
    wake(i, time, emit) {
      const down = conditions.at('control-centre', time, i)
      const data = {
        lit: !off[i] && down === null && uniform(words[i], 0) < 0.9,
        watts: pick(words[i], 0, [40.5, 60, 99.9]),
      }
      if (time === nextStatus[i]) {
        emit(0, data, down?.cause)
        nextStatus[i] += cadence.everyMs
      } else emit(1, data, down?.cause)
      return later(i, time)
    },
    react: (i, time) => Math.min(time + 200, nextStatus[i]),
    command(i, _name, _args, time) {
      off[i] = true
      return Math.min(time + 500, nextStatus[i])
    },
    state(walk) {
      for (const w of words) walk.numbers(w)
      walk.growing(nextStatus)
      walk.list(off, false, (is) => walk.flag(is))
    },
  }
}

export const lamp: Domain = { declaration, parameters: Type.Object({}), createSimulator }

export const city: City = {
  id: 'lampton',
  name: both('Lampton'),
  code: '990000',
  scopes: [
    { code: '990000', name: both('Lampton') },
    { code: '990001', name: both('North') },
    { code: '990002', name: both('South') },
  ],
  districts: [],
  calendar: { holidays: [], workdays: [] },
  landmarks: [],
  cells: 240,
  demand: {},
  domainParameters: {},
  seedsDigest: '0'.repeat(64),
}

/** `count` lamps, spread over 240 cells and two districts; the last one is commissioned 90 s into the run. */
export function lamps(count: number): Catalogue {
  const ids = Array.from(
    { length: count },
    (_, i) => `lamp-99000${1 + (i % 2)}-${String(i).padStart(5, '0')}`,
  ).sort()
  return {
    hash: 'f'.repeat(64),
    size: count,
    scale: 1,
    domains: ['lamp'],
    ranges: { lamp: { from: 0, to: count } },
    ids,
    domain: new Uint8Array(count),
    district: Uint8Array.from(ids, (id) => Number(id[10])),
    cell: Uint16Array.from(ids, (id) => (Number(id.slice(-5)) * 7) % 240),
    lon: new Float64Array(count),
    lat: new Float64Array(count),
    commissionedAt: Float64Array.from(ids, (_, i) => (i === count - 1 ? START + 90_000 : 0)),
    attributes: ids.map(() => ({})),
    names: ids.map(both),
    numberOf: (id) => ids.indexOf(id),
  }
}

const plan: Plan = {
  targets: [],
  planned: { 'lamp.coverage': { '990000': 10, '990001': 5, '990002': 5 } },
}

export function lampScenario(over: Partial<Scenario> = {}): Scenario {
  return {
    name: 'lamps',
    city: 'lampton',
    title: both('Lamps'),
    seed: 7,
    start: START,
    durationMs: 180_000,
    speed: 30,
    scale: 1,
    domains: ['lamp'],
    windowMs: 60_000,
    tickMs: 10_000,
    allowedLatenessMs: 0,
    cadence: {},
    demand: {},
    parameters: {},
    incidents: [],
    faults: [],
    cues: [],
    partitions: 4,
    digest: 'd'.repeat(64),
    runId: 'r-0123456789ab',
    ...over,
  }
}

export function lampDescriptor(scenario: Scenario, catalogue: Catalogue, shards = 1): Descriptor {
  const options = { scenario, catalogue, plan, domains: [lamp], shards, truth: true }
  return { ...buildDescriptor(options), scopes: city.scopes }
}
