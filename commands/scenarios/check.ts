// What a scenario file will do, or everything that is wrong with it.
import { relative, sep } from 'node:path'
import { collector, Problem, problemText } from '../../infra/problem.ts'
import {
  CITY_OFFSET_MS,
  cityDate,
  formatDuration,
  isoTime,
  parseDuration,
} from '../../infra/time.ts'
import { incidentKinds } from '../../producers/incidents/kinds.ts'
import { buildCatalogue } from '../../seeds/catalogue/catalogue.ts'
import type {
  Catalogue,
  City,
  IncidentPlace,
  PlannedIncident,
  Scenario,
  Text,
} from '../../seeds/contract.ts'
import { SEEDS_ROOT } from '../../seeds/load/city.ts'
import type { ScenarioCue } from '../../seeds/scenario/scenario-file.ts'
import type { OptionValues } from '../options/options.ts'
import { userPath } from '../options/user-path.ts'
import { loadWorld } from '../wiring/world.ts'
import { incidentReach, plannedIncident } from './incident-reach.ts'

const CHECK = 'check'

type CheckedIncident = {
  id: string
  kind: string
  label: Text
  severity: string
  at: string
  from: string
  until: string
  place: IncidentPlace
  parameters: Record<string, unknown>
  /** Assets within its place by domain, and codes of the districts that hold them. */
  assets: Record<string, number>
  districts: string[]
}

export type CheckedScenario = {
  name: string
  city: string
  title: Text
  start: string
  end: string
  speed: number
  scale: number
  seed: number
  domains: string[]
  incidents: CheckedIncident[]
  faults: { kind: string; domain: string; share: number; from: string; until: string }[]
  cues: (ScenarioCue & { time: string; wallSeconds: number })[]
  digest: string
  run: string
}

/** The files after the word `check`. */
export function checkWords([first, ...files]: string[]): string[] {
  if (first === CHECK && files.length > 0) return files
  const got = first === CHECK ? 'check without a file' : `the word "${first}"`
  throw new Problem(problemText('huacheng scenarios', got, '`scenarios check FILE…` or no word'))
}

/** Throws one Problem with what is wrong with any of them. */
export function checkFiles(files: string[], values: OptionValues): CheckedScenario[] {
  const problems = collector()
  const checked = files.map((file) => problems.gather(() => checkFile(file, values)))
  problems.throwIfAny(`${files.join(', ')}: ${problems.found.length} to mend`)
  return checked.filter((one) => one !== undefined)
}

function checkFile(file: string, values: OptionValues): CheckedScenario {
  const { scenario, city } = loadWorld(optionsFor(file, values.city as string | undefined))
  const catalogue = buildCatalogue(city, scenario.scale)
  const problems = collector()
  const incidents = scenario.incidents.flatMap((incident, i) => {
    const place = { city, catalogue, seed: scenario.seed }
    const reach = incidentReach(place, plannedIncident(incident, scenario))
    const where = `${file} incidents[${i}]`
    if (typeof reach === 'string') problems.found.push(`${where}.${reach}`)
    else if (reach.length === 0) {
      const todo = 'positions are WGS-84, longitude first; see `npx huacheng catalogue`'
      problems.add(`${where}.place`, 'no asset of the city within', 'some', todo)
    } else return [checkedIncident(incident, scenario, reach, city, catalogue)]
    return []
  })
  problems.throwIfAny(file)
  return { ...checkedHead(scenario), incidents }
}

/** A file of a city's own folder says by its path which city's it is. */
function optionsFor(file: string, city?: string): OptionValues {
  const path = relative(SEEDS_ROOT, userPath(file)).split(sep).join('/')
  const [, own, name] = /^([^./][^/]*)\/scenarios\/([^/]+)\.json$/.exec(path) ?? []
  return own && !city ? { scenario: `${own}/${name}` } : { scenario: file, city }
}

function checkedHead(s: Scenario): Omit<CheckedScenario, 'incidents'> {
  const at = (ms: number) => isoTime(s.start + ms)
  return {
    ...{ name: s.name, city: s.city, title: s.title, start: at(0), end: at(s.durationMs) },
    ...{ speed: s.speed, scale: s.scale, seed: s.seed, domains: s.domains },
    faults: s.faults.map(({ kind, domain, share, fromMs, forMs }) => ({
      ...{ kind, domain, share, from: at(fromMs), until: at(fromMs + forMs) },
    })),
    cues: withTimes(s),
    ...{ digest: s.digest, run: s.runId },
  }
}

/** In their order, with the wall time that passes until then, holds left out. */
function withTimes({ cues, start, speed }: Scenario): CheckedScenario['cues'] {
  const offset = ({ at }: ScenarioCue) => (at === 'PT0S' ? 0 : parseDuration(at, 'cue'))
  let [before, wallSeconds, rate] = [0, 0, speed]
  return cues
    .toSorted((a, b) => offset(a) - offset(b))
    .map((cue) => {
      const ms = offset(cue)
      wallSeconds += (ms - before) / 1000 / rate
      before = ms
      rate = cue.speed ?? rate
      return { ...cue, time: isoTime(start + ms), wallSeconds: Math.round(wallSeconds) }
    })
}

function checkedIncident(
  incident: PlannedIncident,
  scenario: Scenario,
  reach: Uint32Array,
  { scopes }: City,
  { domains, domain, district }: Catalogue,
): CheckedIncident {
  const { id, kind, severity, place, parameters, fromMs } = incident
  const { from, until } = plannedIncident(incident, scenario)
  const assets: Record<string, number> = {}
  const found = new Set<string>()
  for (const n of reach) {
    const name = domains[domain[n]]
    if (!scenario.domains.includes(name)) continue
    assets[name] = (assets[name] ?? 0) + 1
    found.add(scopes[district[n]].code)
  }
  const { label } = incidentKinds.find((k) => k.kind === kind)!
  return {
    ...{ id, kind, label, severity, at: fromMs === 0 ? 'PT0S' : formatDuration(fromMs) },
    ...{ from: isoTime(from), until: isoTime(until), place, parameters, assets },
    districts: [...found].sort(),
  }
}

export function checkText(checked: CheckedScenario): string {
  const { name, city, title, start, end, speed, scale, seed, domains, digest, run } = checked
  const { incidents, faults, cues } = checked
  const startMs = Date.parse(start)
  const lengthMs = Date.parse(end) - startMs
  const day = cityDate(startMs)
  const clock = (text: string) => {
    const local = isoTime(Date.parse(text) + CITY_OFFSET_MS)
    return `${local.slice(0, 10) === day ? '' : `${local.slice(5, 10)} `}${local.slice(11, 16)}`
  }
  const wall = lengthMs / 1000 / speed
  return [
    `${city}/${name}  ${title.zh} / ${title.en}`,
    `  ${day} ${clock(start)} for ${formatDuration(lengthMs)}: ${wallText(wall)} at speed ${speed}; scale ${scale}, seed ${seed}`,
    `  ${domains.join(', ')}`,
    `  digest ${digest}, ${run}`,
    ...section('incidents', incidents, (one) => [
      `${clock(one.from)}–${clock(one.until)}  ${one.id}: ${one.kind} ${one.label.zh} / ${one.label.en}, ${one.severity}, ${placeText(one.place)}`,
      `  ${Object.entries(one.assets)
        .map(([d, n]) => `${d} ${n}`)
        .join(', ')}; districts ${one.districts.join(', ')}`,
    ]),
    ...section('faults', faults, (f) => [
      `${clock(f.from)}–${clock(f.until)}  ${f.kind}, ${f.share} of ${f.domain}`,
    ]),
    ...section('cues', cues, (cue) => [
      `${clock(cue.time)}  after ${wallText(cue.wallSeconds)}: ${cue.title.zh} / ${cue.title.en}${cue.hold ? ' (holds)' : ''}`,
    ]),
  ].join('\n')
}

function section<T>(name: string, all: T[], text: (one: T) => string[]): string[] {
  if (all.length === 0) return [`  ${name}: none`]
  return [`  ${name}:`, ...all.flatMap(text).map((line) => `    ${line}`)]
}

function placeText(place: IncidentPlace): string {
  if ('district' in place) return place.district
  if ('route' in place) return `${place.km} km along a route of ${place.route.length} corners`
  if ('polygon' in place) return `a polygon of ${place.polygon.length} corners`
  return `${place.km} km around ${place.lon}, ${place.lat}`
}

function wallText(seconds: number): string {
  if (seconds < 1) return 'no time'
  const whole = Math.round(seconds)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}
