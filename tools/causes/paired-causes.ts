// One trial with one seed in one domain: the same part of the same city twice, with an incident and without it.
import { HOUR_MS, MINUTE_MS } from '../../infra/time.ts'
import { CityIncidents } from '../../producers/incidents/city-incidents.ts'
import type { Incident } from '../../producers/incidents/incident.ts'
import { incidentKinds } from '../../producers/incidents/kinds.ts'
import type { Kernel } from '../../producers/kernel/kernel.ts'
import type { Conditions } from '../../producers/simulation/conditions.ts'
import type { IncidentPlace } from '../../seeds/contract.ts'
import { type Heard, heardOf } from '../effects/heard.ts'
import { kernelOpener, onWorkday, type StretchWorld } from '../effects/stretch-kernel.ts'
import type { CauseTrial } from './trials.ts'

const ID = 'incident-1'
const SECOND_MS = 1_000
/** What comes later than the next tick was held back. */
const ON_TIME_MS = 10_000
/** Each domain's cells are dealt into so many parts, of which one is run: as many as make all domains take about as long. */
const PARTS: Record<string, number> = {
  'traffic-signal': 48,
  parking: 48,
  'five-g-site': 48,
  'e-license': 8,
  hotline: 4,
  casework: 2,
  'health-sentinel': 4,
}
/** A domain that small is run whole. */
const FEW_ASSETS = 1_000
/** Of the parts those that the incident covers as far as this are run, so that there is something inside and outside. */
const COVERED = 0.6

/** An event, and when its record is in the log. */
export type ToldEvent = Heard & { toldAt: number; isLate: boolean; body: string }

export type PairedCause = {
  start: number
  from: number
  until: number
  /** Ids of the assets in the place, and of those in cells that it does not touch. */
  inside: Set<string>
  outside: Set<string>
  /** In the order of their times. */
  usual: ToldEvent[]
  given: ToldEvent[]
  /** When a condition began to be as strong as asked is as strong as asked at each asset inside; absent = never. */
  reachedAt(condition: Parameters<Conditions['at']>[0], atLeast: number): Map<string, number>
}

/** `without`: the second run has no incident either, to see that it is missed. */
export type CausePlan = {
  trial: CauseTrial
  place: IncidentPlace
  domain: string
  seed: number
  without?: true
}

export function pairedCause(given: StretchWorld, plan: CausePlan): PairedCause {
  const { trial, place, domain, seed, without } = plan
  const { catalogue, city } = given
  const start = onWorkday(trial.start)
  const { kind, severity, parameters = {}, atMs, forMs, runMs } = trial
  const cause = { id: ID, kind, severity, parameters, place }
  const span = { from: start + atMs, until: start + atMs + forMs, planned: forMs }
  const incidents = new CityIncidents({ city, catalogue, seed, kinds: incidentKinds })
  const touched = touchedBy(incidents, { ...cause, ...span, by: 'scenario' })
  const { shard, shards } = partOf(given, domain, seed, touched)
  const isOwn = (cell: number) => cell % shards === shard
  const { inside, outside } = assetsOf(given, domain, touched, isOwn)
  // A lane, and no more: ticks cost more than what happens.
  const world = { ...given, scenario: { ...given.scenario, partitions: shards } }
  const run = (planned: boolean): ToldEvent[] => {
    const open = kernelOpener(world, {
      ...{ seed, start, durationMs: runMs, domains: [domain], shard, shards, faults: true },
      incidents: planned ? [{ ...cause, fromMs: atMs, forMs }] : [],
    })
    return toldBy(open(), start, start + runMs)
  }
  const reachedAt: PairedCause['reachedAt'] = (condition, atLeast) => {
    const at = incidents.at(Uint32Array.from(inside))
    const reached = new Map<string, number>()
    inside.forEach((n, i) => {
      for (let time = span.from; time < start + runMs; time += MINUTE_MS) {
        const holds = (when: number) => (at.at(condition, when, i)?.value ?? 0) >= atLeast
        if (!holds(time)) continue
        while (time > span.from && holds(time - SECOND_MS)) time -= SECOND_MS
        // Between that second and the one before it.
        reached.set(catalogue.ids[n], Math.max(span.from, time - SECOND_MS))
        return
      }
    })
    return reached
  }
  const ids = (numbers: number[]) => new Set(numbers.map((n) => catalogue.ids[n]))
  const both = { usual: run(false), given: run(!without) }
  const places = { inside: ids(inside), outside: ids(outside) }
  return { start, from: span.from, until: span.until, ...places, ...both, reachedAt }
}

/** Assets in the incident's place, by number. */
function touchedBy(incidents: CityIncidents, incident: Incident): Set<number> {
  const problem = incidents.add(incident)
  if (problem) throw new Error(problem)
  return new Set(incidents.step(incident.from))
}

/** Which part of the city is run: another one for each seed, among those that the incident covers partly. */
function partOf({ catalogue }: StretchWorld, domain: string, seed: number, touched: Set<number>) {
  const { from, to } = catalogue.ranges[domain]
  const shards =
    to - from < FEW_ASSETS && catalogue.size < 10 * FEW_ASSETS ? 1 : (PARTS[domain] ?? 1)
  const assets = new Float64Array(shards)
  const covered = new Float64Array(shards)
  for (let n = from; n < to; n++) {
    const shard = catalogue.cell[n] % shards
    assets[shard]++
    if (touched.has(n)) covered[shard]++
  }
  const off = (shard: number) => Math.abs(covered[shard] / (assets[shard] || 1) - COVERED)
  const best = Array.from(assets, (_, shard) => shard).sort((a, b) => off(a) - off(b))
  const kept = Math.max(1, Math.round(shards / 4))
  return { shard: best[seed % kept], shards }
}

function assetsOf(
  { catalogue }: StretchWorld,
  domain: string,
  touched: Set<number>,
  isOwn: (cell: number) => boolean,
) {
  const { from, to } = catalogue.ranges[domain]
  const all = Array.from({ length: to - from }, (_, k) => from + k)
  const own = all.filter((n) => isOwn(catalogue.cell[n]))
  const inside = own.filter((n) => touched.has(n))
  const near = new Set(inside.map((n) => catalogue.cell[n]))
  return { inside, outside: own.filter((n) => !near.has(catalogue.cell[n])) }
}

function toldBy(kernel: Kernel, from: number, until: number): ToldEvent[] {
  const told: ToldEvent[] = []
  // By the hour, so that not all of it is kept twice.
  for (let to = from + HOUR_MS; to < until + HOUR_MS; to += HOUR_MS) {
    kernel.advance(Math.min(to, until), (time) => time)
    for (const { records } of kernel.drain().lanes) {
      for (const { key, value, timestamp } of records) {
        if (key !== null) told.push(toldOf(value!, timestamp))
      }
    }
  }
  return told.sort((a, b) => a.time - b.time)
}

function toldOf(value: Buffer, toldAt: number): ToldEvent {
  const heard = heardOf(value)
  const body = heard.text.slice(heard.text.indexOf('"type":'))
  return { ...heard, toldAt, isLate: toldAt - heard.time > ON_TIME_MS, body }
}
