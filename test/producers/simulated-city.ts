// Drives one domain's simulator by hand: a city's real curves, calendar and parameters, invented assets.
import { Compile } from 'typebox/compile'
import { parseInstant } from '../../infra/time.ts'
import { Wakes } from '../../producers/kernel/wakes.ts'
import { AS_USUAL, type Conditions } from '../../producers/simulation/conditions.ts'
import { createWeather } from '../../producers/simulation/days/weather.ts'
import { createDemand } from '../../producers/simulation/demand.ts'
import type { Domain, SimulationContext, Simulator } from '../../producers/simulation/simulator.ts'
import type { AttributeValue, Cadence, Catalogue, City, Scenario } from '../../seeds/contract.ts'
import { loadCity } from '../../seeds/load/city.ts'

export type FakeAsset = {
  id: string
  attributes: Record<string, AttributeValue>
  /** ISO instant; default long ago. */
  commissioned?: string
  /** Default 0: all are neighbours. */
  cell?: number
  /** Index into the city's scopes; default 0. */
  district?: number
  /** Default: the middle of nowhere, the same for all. */
  lon?: number
  lat?: number
}

export type Seen = {
  id: string
  time: number
  event: number
  data: Record<string, unknown>
  /** The incident that it names. */
  cause?: string
}

export type CityOptions = {
  domain: Domain
  assets: FakeAsset[]
  start: string
  /** Default: the city whose published figures the simulators are held to. */
  city?: string | City
  seed?: number
  cadence?: Partial<Cadence>
  /** Replaces parts of the seeds' section `simulation`. */
  parameters?: Record<string, unknown>
  /** Every place and every day of a kind is what is expected of it: no weather, no good and bad days, no season. */
  alike?: true
  /** What incidents make of the places; default: all as usual. */
  conditions?: Conditions
  /** Which of the assets this shard owns; default all. */
  own?: (id: string) => boolean
}

const CALIBRATED = 'guangzhou'
const cities = new Map<string, City>()

function cityOf(id: string | City): City {
  if (typeof id !== 'string') return id
  const city = cities.get(id) ?? loadCity(id)
  cities.set(id, city)
  return city
}

/** Section `simulation` of a domain's seeds, checked against the domain's schema. */
export function seedParameters(
  domain: Domain,
  city: string | City = CALIBRATED,
): Record<string, unknown> {
  const parameters = cityOf(city).domainParameters[domain.declaration.domain]
  const errors = Compile(domain.parameters).Errors(parameters)
  if (errors.length > 0) throw new Error(JSON.stringify(errors))
  return parameters as Record<string, unknown>
}

export function simulatedCity(options: CityOptions): SimulationContext {
  const { domain, assets, start, seed = 1, own = () => true } = options
  const given = cityOf(options.city ?? CALIBRATED)
  const city = options.alike ? { ...given, demand: withoutEffects(given) } : given
  const scenario = {
    name: 'test',
    seed,
    start: parseInstant(start, 'start'),
    scale: 1,
    demand: {},
  } as unknown as Scenario
  const name = domain.declaration.domain
  const catalogue = {
    ids: assets.map((a) => a.id),
    ranges: { [name]: { from: 0, to: assets.length } },
    attributes: assets.map((a) => a.attributes),
    district: Uint8Array.from(assets, (a) => a.district ?? 0),
    cell: Uint16Array.from(assets, (a) => a.cell ?? 0),
    lon: Float64Array.from(assets, (a) => a.lon ?? 113.3),
    lat: Float64Array.from(assets, (a) => a.lat ?? 23.1),
    commissionedAt: Float64Array.from(assets, (a) =>
      parseInstant(a.commissioned ?? '2015-01-01T00:00:00+08:00', a.id),
    ),
  } as unknown as Catalogue
  const owned = assets.map((_, n) => n).filter((n) => own(assets[n].id))
  return {
    city,
    catalogue,
    scenario,
    cadence: {
      everyMs: options.cadence?.everyMs ?? domain.declaration.cadenceMs,
      phase: options.cadence?.phase ?? 'spread',
    },
    demand: createDemand(city, scenario),
    weather: createWeather(city, scenario),
    conditions: options.conditions ?? AS_USUAL,
    assets: Uint32Array.from(owned),
    parameters: { ...seedParameters(domain, city), ...options.parameters },
    wakeBy: wakeByOfDriver(),
  }
}

function withoutEffects({ demand }: City): City['demand'] {
  return Object.fromEntries(
    Object.entries(demand).map(([name, { effects: _, ...curve }]) => [name, curve]),
  )
}

type WakeBy = SimulationContext['wakeBy']
/** What drives a simulator, by the `wakeBy` that it was given; copies of a context keep theirs. */
const drivers = new WeakMap<WakeBy, WakeBy>()

function wakeByOfDriver(): WakeBy {
  const wakeBy: WakeBy = (i, time) => {
    const driver = drivers.get(wakeBy)
    if (!driver) throw new Error(`wakeBy(${i}, ${time}): nobody is awake`)
    driver(i, time)
  }
  return wakeBy
}

/** Wakes every asset in (time, asset) order up to `until` (ms), keeping the kernel's promises and checking the simulator's. */
export function drive(
  simulator: Simulator,
  context: SimulationContext,
  until: number,
  see: (seen: Seen) => void,
): void {
  const { assets, catalogue, scenario } = context
  const everybody = Uint32Array.from(assets.keys())
  const wakes = new Wakes([{ assets: everybody, simulator }], assets.length, until)
  const idOf = (i: number) => catalogue.ids[assets[i]]
  let now = Number.NEGATIVE_INFINITY
  let acting = -1
  drivers.set(context.wakeBy, (i, time) => {
    const isNeighbour = catalogue.cell[assets[i]] === catalogue.cell[assets[acting]]
    if (!isNeighbour || i === acting) throw new Error(`${idOf(acting)} wakes ${idOf(i)}`)
    const from = Math.max(now + 1, scenario.start, catalogue.commissionedAt[assets[i]])
    if (!(time >= from)) throw new Error(`${idOf(i)}: wakeBy ${time}, expected from ${from} on`)
    wakes.wakeBy(i, time)
  })
  while (wakes.time() < until) {
    if (wakes.dropMoved()) continue
    acting = wakes.number()
    now = wakes.time()
    const id = idOf(acting)
    if (!Number.isInteger(now)) throw new Error(`${id}: wake at ${now}, expected whole ms`)
    const time = now
    const next = simulator.wake(acting, time, (event, given, cause) => {
      const data = { ...given } as Record<string, unknown>
      see(cause === undefined ? { id, time, event, data } : { id, time, event, data, cause })
    })
    if (!(next > time)) throw new Error(`${id}: next wake ${next}, expected after ${time}`)
    if (next < scenario.start) throw new Error(`${id}: wakes twice before the start`)
    wakes.sleepUntil(next)
  }
  drivers.delete(context.wakeBy)
}

/** Everything that happens in `hours` from the start, census included. */
export function run(options: CityOptions, hours: number): Seen[] {
  const context = simulatedCity(options)
  const seen: Seen[] = []
  const until = context.scenario.start + hours * 3600_000
  drive(options.domain.createSimulator(context), context, until, (s) => seen.push(s))
  return seen
}

/** Lines as the encoder would order them, to compare whole runs. */
export const linesOf = (seen: Seen[]): string[] => seen.map((s) => JSON.stringify(s))

/** Throws on the first event whose `data` breaks its schema, has other keys than it, or another order of keys. */
export function checkSchemas(domain: Domain, seen: Seen[]): number {
  const validators = domain.declaration.events.map((e) => Compile(e.schema))
  const keys = domain.declaration.events.map((e) =>
    Object.keys((e.schema as unknown as { properties: object }).properties).join(),
  )
  for (const s of seen) {
    if (!validators[s.event].Check(s.data) || Object.keys(s.data).join() !== keys[s.event]) {
      throw new Error(`${JSON.stringify(s)}: ${JSON.stringify(validators[s.event].Errors(s.data))}`)
    }
  }
  return seen.length
}
