// A small fictional city for the processor's tests: street lamps that report `status` and count `pulse`s.
import { createHash } from 'node:crypto'
import Type from 'typebox'
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import { isoTime } from '../../infra/time.ts'
import type { Declaration } from '../../producers/contract/declaration.ts'
import { type Measure, measureOf } from '../../producers/contract/measures.ts'
import { type Descriptor, type Injected, NO_INJECTED } from '../../producers/contract/records.ts'
import type { Catalogue, City } from '../../seeds/contract.ts'

export const RUN = 'r-00000000000a'
export const EPOCH = 41
export const START = Date.parse('2025-06-18T08:30:00.000Z')
export const MINUTE = 60_000
export const TICK = 10_000
const HEX_ZERO = '0'.repeat(64)

type LampData = { lit: boolean; mode: 'auto' | 'hand'; watts: number; rated: number }

const text = (en: string) => ({ zh: en, en })
const { eq, field } = measureOf<LampData>()
const words = { label: text('x'), short: text('x'), rule: text('x'), good: 'up' as const }

export const MEASURES: Measure[] = [
  {
    ...words,
    name: 'lit',
    kind: 'share',
    on: ['status'],
    unit: '1',
    decimals: 0,
    counts: eq('lit', true),
    freshForMs: 10 * MINUTE,
  },
  {
    ...words,
    name: 'load',
    kind: 'gauge',
    on: ['status'],
    unit: '1',
    decimals: 1,
    used: field('watts'),
    of: field('rated'),
    freshForMs: 10 * MINUTE,
  },
  {
    ...words,
    name: 'power',
    kind: 'level',
    on: ['status'],
    unit: 'W',
    decimals: 1,
    value: field('watts'),
    freshForMs: 10 * MINUTE,
  },
  {
    ...words,
    name: 'auto',
    kind: 'ratio',
    on: ['status', 'pulse'],
    unit: '1',
    decimals: 0,
    used: { if: [eq('mode', 'auto'), 1, 0] },
    of: 1,
  },
  {
    ...words,
    name: 'pulses',
    kind: 'count',
    on: ['pulse'],
    unit: '{pulse}',
    decimals: 0,
    value: 1,
  },
]

const dataSchema = Type.Object({
  lit: Type.Boolean(),
  mode: Type.Enum(['auto', 'hand'], { type: 'string' }),
  watts: Type.Number({ minimum: 0 }),
  rated: Type.Number({ minimum: 0 }),
})

export function lampDeclaration(change: Partial<Declaration> = {}): Declaration {
  const event = (name: string, periodic: boolean) => ({
    name,
    type: `city.lamp.${name}.v1`,
    periodic,
    label: text(name),
    schema: JSON.parse(JSON.stringify(dataSchema)),
    fields: {},
  })
  return {
    domain: 'lamp',
    label: text('lamps'),
    asset: text('lamp'),
    cityWide: false,
    cadenceMs: 4 * MINUTE,
    events: [event('status', true), event('pulse', false)],
    layer: {
      shape: 'circle',
      order: 1,
      on: ['status'],
      states: [
        { code: 'auto', label: text('auto'), tone: 'normal' },
        { code: 'hand', label: text('hand'), tone: 'warning' },
      ],
      state: field('mode'),
      value: field('watts'),
      valueScale: 10,
      valueLabel: text('power'),
      valueUnit: 'W',
      freshForMs: 10 * MINUTE,
    },
    measures: MEASURES,
    commands: [],
    ...change,
  }
}

/** Scope numbers: 0 the city, 1 and 2 its districts. */
export const SCOPES = ['990000', '990001', '990002']

export const CITY: City = {
  id: 'lampville',
  name: text('Lampville'),
  code: SCOPES[0],
  scopes: SCOPES.map((code) => ({ code, name: text(code) })),
  districts: [],
  calendar: { holidays: [], workdays: [] },
  landmarks: [],
  cells: 4,
  demand: {},
  domainParameters: {},
  seedsDigest: HEX_ZERO,
}

export const catalogueHash = (count: number) => String(count).padStart(64, '0')

/** `count` lamps; lamp i stands in district 1 + i mod 2 and in cell i mod 4. */
export function lampCatalogue(count: number, scale = 1): Catalogue {
  const numbers = Array.from({ length: count }, (_, i) => i)
  const ids = numbers.map((i) => lampId(i))
  const byId = new Map(ids.map((id, i) => [id, i]))
  return {
    hash: catalogueHash(count),
    size: count,
    scale,
    domains: ['lamp'],
    ranges: { lamp: { from: 0, to: count } },
    ids,
    domain: new Uint8Array(count),
    district: Uint8Array.from(numbers, (i) => 1 + (i % 2)),
    cell: Uint16Array.from(numbers, (i) => i % 4),
    lon: new Float64Array(count),
    lat: new Float64Array(count),
    commissionedAt: new Float64Array(count),
    attributes: numbers.map(() => ({})),
    names: ids.map(text),
    numberOf: (id) => byId.get(id) ?? -1,
  }
}

export function lampId(number: number): string {
  return `lamp-${SCOPES[1 + (number % 2)]}-${String(number).padStart(5, '0')}`
}

export function lampDescriptor(change: Partial<Descriptor> = {}): Descriptor {
  return {
    run: RUN,
    seed: 1,
    scenario: 'test',
    title: text('test'),
    city: 'lampville',
    digest: HEX_ZERO,
    start: isoTime(START),
    end: isoTime(START + 24 * 60 * MINUTE),
    partitions: 1,
    scale: 1,
    window: MINUTE,
    tick: TICK,
    allowedLateness: 0,
    truth: false,
    shards: 1,
    speed: 1,
    catalogue: catalogueHash(8),
    declarations: { lamp: lampDeclaration() },
    plan: {
      targets: [],
      planned: { 'lamp.lit': { '990000': 8, '990001': 4, '990002': 4 } },
    },
    ...change,
  }
}

export type LampEvent = {
  lamp: number
  seq: number
  time: number
  type?: 'status' | 'pulse'
  data?: Partial<LampData> & Record<string, unknown>
}

export function eventValue(
  { lamp, seq, time, type = 'status', data }: LampEvent,
  run = RUN,
): string {
  const id = lampId(lamp)
  return JSON.stringify({
    specversion: '1.0',
    id: `${id}:${seq}`,
    source: `/huacheng/${run}/lamp`,
    type: `city.lamp.${type}.v1`,
    subject: id,
    time: isoTime(time),
    seq,
    district: SCOPES[1 + (lamp % 2)],
    data: { lit: true, mode: 'auto', watts: 10, rated: 20, ...data },
  })
}

/** Writes one topic-partition as producers would: offsets, counts and chain are kept. */
export function createTape(
  options: { partition?: number; epoch?: number; run?: string; start?: number } = {},
) {
  const { partition = 0, epoch = EPOCH, run = RUN, start = START } = options
  let offset = 0n
  let count = 0
  let chain: Buffer = Buffer.alloc(32)
  let lines = ''
  let lastTick = start - TICK

  function raw(value: string | Buffer | null, key: string | null = null): LogRecord {
    return {
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
      timestamp: 0,
      offset: offset++,
    }
  }

  return {
    raw,
    /** An event that is counted and hashed; `lost` never reaches the log. */
    event(event: LampEvent): LogRecord {
      const value = eventValue(event, run)
      count++
      lines += `${value}\n`
      return raw(value, lampId(event.lamp))
    },
    started(change: Record<string, unknown> = {}): LogRecord {
      const data = {
        epoch,
        run,
        seed: 1,
        scenarioDigest: HEX_ZERO,
        start: isoTime(start),
        partition,
        ...change,
      }
      return raw(
        JSON.stringify({
          specversion: '1.0',
          id: `run-started-lamp-${partition}-${data.epoch}`,
          source: `/huacheng/${data.run}/producers`,
          type: 'city.run-started.v1',
          time: isoTime(start),
          data,
        }),
      )
    },
    tick(time: number, injected: Partial<Injected> = {}, change: Record<string, unknown> = {}) {
      // Where ticks are left out and nothing happened, what they would have hashed.
      const steps = lines === '' ? Math.ceil((time - lastTick) / TICK) : 1
      chain = createHash('sha256').update(chain).update(lines).digest()
      for (let i = 1; i < steps; i++) chain = createHash('sha256').update(chain).digest()
      lines = ''
      lastTick = Math.max(lastTick, time)
      return raw(
        JSON.stringify({
          specversion: '1.0',
          id: `tick-lamp-${partition}-${isoTime(time)}`,
          source: `/huacheng/${change.run ?? run}/producers`,
          type: 'city.tick.v1',
          time: isoTime(time),
          data: {
            epoch,
            partition,
            count,
            injected: { ...NO_INJECTED, ...injected },
            chain: chain.toString('hex'),
            ...change,
          },
        }),
      )
    },
  }
}
