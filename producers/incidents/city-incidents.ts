// The incidents of one run: which conditions they make where and when, whom they touch, and what really happened.
import { isDeepStrictEqual } from 'node:util'
import { Problem, problemText } from '../../infra/problem.ts'
import type { StateWalk } from '../../infra/state/state-walk.ts'
import type { Catalogue, City } from '../../seeds/contract.ts'
import {
  AS_USUAL,
  type ConditionKind,
  type Conditions,
  type PlaceCondition,
} from '../simulation/conditions.ts'
import { type Area, areaOf } from './area.ts'
import { type Feeders, feedersOf } from './feeders.ts'
import type { Incident, IncidentEffect, IncidentKind, Where } from './incident.ts'

/** Each asset of its place asks each of them. */
const MOST_INCIDENTS = 100

/** An incident with what follows from it. */
type Known = {
  incident: Incident
  kind: IncidentKind
  area: Area
  effects: IncidentEffect[]
  /** By asset number: 1 = in the area. */
  members: Uint8Array
  /** The same as a list, ascending. */
  numbers: Uint32Array
  /** When it is looked at next; Infinity = over and done. */
  nextAt: number
}

export type CityIncidentsOptions = {
  city: City
  catalogue: Catalogue
  seed: number
  kinds: readonly IncidentKind[]
}

export class CityIncidents {
  readonly #options: CityIncidentsOptions
  readonly #known: Known[] = []
  /** Not saved: the earliest of what is known. */
  #next = Number.POSITIVE_INFINITY
  /** Not saved: the catalogue's, found when they are asked for first. */
  #feeders: Feeders | undefined
  /** What began, was stopped or ended since the last drain. */
  #news: Incident[] = []

  constructor(options: CityIncidentsOptions) {
    this.#options = options
  }

  /** Sim time at which conditions change next; Infinity when none will by themselves. Asked before every wake. */
  get next(): number {
    return this.#next
  }

  #findNext(): void {
    this.#next = Math.min(...this.#known.map(({ nextAt }) => nextAt))
  }

  /** Takes an incident in before it begins; a text says why not. */
  add(incident: Incident): string | null {
    const kind = this.#options.kinds.find((k) => k.kind === incident.kind)
    if (!kind) {
      const kinds = this.#options.kinds.map((k) => k.kind).join(', ')
      return problemText('kind', `"${incident.kind}"`, `one of ${kinds}`)
    }
    if (kind.route && !('route' in incident.place)) {
      return problemText('place', 'no route', `{route, km}: ${kind.kind} moves along one`)
    }
    if (this.#find(incident.id)) {
      return problemText('id', `"${incident.id}" twice`, 'an id of its own')
    }
    if (this.#known.length >= MOST_INCIDENTS) {
      return problemText('incidents', `${MOST_INCIDENTS} in this run`, 'fewer', 'restart the run')
    }
    this.#known.push(this.#knownOf(incident, kind))
    this.#findNext()
    return null
  }

  /** What follows from an incident is found anew: its place, whom it concerns and what it does are pure in it. */
  state(walk: StateWalk): void {
    const told = this.#known.map(({ incident, nextAt }) => ({ incident, nextAt }))
    const known = walk.plain(told).map(({ incident, nextAt }) => {
      const same = this.#known.find((one) => isDeepStrictEqual(one.incident, incident))
      return { ...(same ?? this.#remade(incident)), nextAt }
    })
    this.#known.splice(0, this.#known.length, ...known)
    this.#news = walk.plain(this.#news)
    this.#findNext()
  }

  #remade(incident: Incident): Known {
    const kind = this.#options.kinds.find((k) => k.kind === incident.kind)
    if (kind) return this.#knownOf(incident, kind)
    throw new Problem(problemText('saved state', `incident ${incident.kind}`, 'one of this run'))
  }

  #knownOf(incident: Incident, kind: IncidentKind): Known {
    const area = this.#areaOf(incident)
    const members = this.#membersOf(area)
    const effects = kind.effects(incident, this.#worldOf(area))
    const numbers = numbersOf(members)
    return { incident, kind, area, effects, members, numbers, nextAt: incident.from }
  }

  /** Ends an incident at `time`; what it left behind goes on. A text says why not. */
  stop(id: string, time: number): string | null {
    const known = this.#find(id)
    if (!known) {
      const ids = this.#known.map(({ incident }) => incident.id).join(', ') || 'none in this run'
      return problemText('id', `"${id}"`, `one of ${ids}`)
    }
    const { incident, kind, area } = known
    if (incident.until <= time) return problemText('id', `"${id}", which is over`, 'one under way')
    // One that had not begun never does.
    known.incident = { ...incident, until: Math.max(time, incident.from) }
    if (incident.from >= time) known.incident.from = known.incident.until
    known.effects = kind.effects(known.incident, this.#worldOf(area))
    known.nextAt = time
    this.#findNext()
    return null
  }

  /** Numbers of the assets, ascending, at which conditions may be others from `time` on; sim time has got there. */
  step(time: number): Uint32Array {
    const due = this.#known.filter(({ nextAt }) => nextAt <= time)
    for (const known of due) {
      const { incident, kind } = known
      if (time === incident.from || time === incident.until) this.#news.push(incident)
      const last = incident.until + kind.aftermathMs
      const steps = [time + kind.stepMs, incident.until, last].filter((at) => at > time)
      known.nextAt = time >= last ? Number.POSITIVE_INFINITY : Math.min(...steps)
    }
    this.#findNext()
    return touchedBy(due)
  }

  /** What really happened since the last call: each incident as it began, and again as it ended. */
  drain(): Incident[] {
    const news = this.#news
    this.#news = []
    return news
  }

  /** Conditions at the assets of a simulator, by their index there. */
  at(assets: Uint32Array): Conditions {
    return new AssetConditions(this, assets)
  }

  get none(): boolean {
    return this.#known.length === 0
  }

  /** Writes into `into`; false = as usual. */
  read(kind: ConditionKind, time: number, number: number, into: PlaceCondition): boolean {
    into.value = 0
    for (const { incident, effects, members } of this.#known) {
      if (members[number] === 0) continue
      for (const effect of effects) {
        if (effect.condition !== kind || time < effect.from || time >= effect.until) continue
        const value = effect.at(time, this.#where(number))
        if (value <= into.value) continue
        into.value = value
        into.cause = incident.id
      }
    }
    return into.value > 0
  }

  /** Sim time at which the gateway of an asset is back, when it is down at `time`; else 0. */
  heldUntil(time: number, number: number): number {
    let until = 0
    for (const { effects, members } of this.#known) {
      if (members[number] === 0) continue
      for (const effect of effects) {
        const isDown = effect.condition === 'gateway' && time >= effect.from && time < effect.until
        if (isDown) until = Math.max(until, effect.until)
      }
    }
    return until
  }

  /** Not saved: filled anew for each question. */
  readonly #place: Where = { lon: 0, lat: 0, feeder: -1 }

  #where(number: number): Where {
    const { lon, lat } = this.#options.catalogue
    this.#place.lon = lon[number]
    this.#place.lat = lat[number]
    this.#place.feeder = this.#feeders!.of[number]
    return this.#place
  }

  #find(id: string): Known | undefined {
    return this.#known.find(({ incident }) => incident.id === id)
  }

  #worldOf(area: Area) {
    this.#feeders ??= feedersOf(this.#options.catalogue)
    return { seed: this.#options.seed, area, feeders: this.#feeders.list }
  }

  #areaOf({ place }: Incident): Area {
    const { city, catalogue } = this.#options
    const scopeOf = (code: string) => {
      const scope = city.scopes.findIndex((s) => s.code === code)
      if (scope >= 0) return scope
      const codes = city.scopes.map((s) => s.code).join(', ')
      throw new Problem(problemText('place.district', `"${code}"`, `one of ${codes}`))
    }
    return areaOf(place, scopeOf, (scope) => spanOf(catalogue, scope))
  }

  #membersOf(area: Area): Uint8Array {
    const { size, lon, lat, district } = this.#options.catalogue
    const members = new Uint8Array(size)
    for (let n = 0; n < size; n++) members[n] = area.contains(lon[n], lat[n], district[n]) ? 1 : 0
    return members
  }
}

class AssetConditions implements Conditions {
  /** Not saved: the kernel saves them. */
  readonly #incidents: CityIncidents
  readonly #assets: Uint32Array
  /** Not saved: read before the next question. */
  readonly #found: PlaceCondition = { value: 0, cause: '' }

  constructor(incidents: CityIncidents, assets: Uint32Array) {
    this.#incidents = incidents
    this.#assets = assets
  }

  get none(): boolean {
    return this.#incidents.none
  }

  at(kind: ConditionKind, time: number, i: number): Readonly<PlaceCondition> | null {
    if (this.#incidents.none) return AS_USUAL.at(kind, time, i)
    return this.#incidents.read(kind, time, this.#assets[i], this.#found) ? this.#found : null
  }
}

function numbersOf(members: Uint8Array): Uint32Array {
  const numbers: number[] = []
  for (let n = 0; n < members.length; n++) if (members[n] === 1) numbers.push(n)
  return Uint32Array.from(numbers)
}

/** Numbers of the assets in any of their areas, ascending. */
function touchedBy(due: Known[]): Uint32Array {
  if (due.length === 1) return due[0].numbers
  const numbers = new Set<number>()
  for (const known of due) for (const n of known.numbers) numbers.add(n)
  return Uint32Array.from(numbers).sort()
}

/** South-west and north-east corner of a district's assets, or of all. */
function spanOf({ size, lon, lat, district }: Catalogue, scope: number): [number, number][] {
  const low: [number, number] = [180, 90]
  const high: [number, number] = [-180, -90]
  for (let n = 0; n < size; n++) {
    if (scope !== 0 && district[n] !== scope) continue
    low[0] = Math.min(low[0], lon[n])
    low[1] = Math.min(low[1], lat[n])
    high[0] = Math.max(high[0], lon[n])
    high[1] = Math.max(high[1], lat[n])
  }
  return [low, high]
}
