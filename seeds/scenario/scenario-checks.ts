// What a schema cannot say about a scenario: readable times that fit each other, and names that exist.

import type { TSchema } from 'typebox'
import {
  CITY_OFFSET_MS,
  DAY_MS,
  formatDuration,
  isoTime,
  parseDuration,
  parseInstant,
} from '../../infra/time.ts'
import type { Fault, PlannedIncident, Scenario, ScenarioFlags } from '../contract.ts'
import { checkSeed, type Problems, type Sound } from '../load/seed-file.ts'
import { MAX_SEED, SCALES, type ScenarioFile, SPEEDS } from './scenario-file.ts'

/** What a scenario may refer to in its city; `kpis` where it is known what the domains declare. */
export type ScenarioWorld = {
  cells: number
  /** Six digits, the whole city's first. */
  codes: string[]
  domains: string[]
  curves: string[]
  kpis?: string[]
  /** What each kind of incident asks for besides, where it is known which there are. */
  incidentKinds?: Record<string, TSchema>
}

export const DEFAULTS = { duration: 'P1D', window: 'PT1M', tick: 'PT10S', speed: 30, scale: 1 }

/** Every topic-partition gets a record per tick, every asset one per period: shorter ones only fill disks. */
const SHORTEST_MS = 1_000
/** So many windows may wait for late events; more than this is memory without end. */
const MOST_OPEN_WINDOWS = 1_440
/** Instants are written with four digits of the year. */
const LAST_MS = Date.UTC(9999, 11, 31)

type Times = Pick<
  Scenario,
  | 'start'
  | 'durationMs'
  | 'windowMs'
  | 'tickMs'
  | 'allowedLatenessMs'
  | 'cadence'
  | 'incidents'
  | 'faults'
>

/** Reads every instant and duration; NaN where one cannot be read and the problem is noted. */
export function readTimes(
  file: Sound<ScenarioFile>,
  flags: ScenarioFlags,
  label: string,
  problems: Problems,
): Times {
  const duration = (text: string, where: string) =>
    problems.gather(() => parseDuration(text, where)) ?? Number.NaN
  const offset = (text: string, where: string) => (text === 'PT0S' ? 0 : duration(text, where))
  const at = (field: string) => `${label} ${field}`
  const [start, startWhere] = flags.start ? [flags.start, '--start'] : [file.start, at('start')]
  const [length, lengthWhere] = flags.for
    ? [flags.for, '--for']
    : [file.duration ?? DEFAULTS.duration, at('duration')]
  const faults = (file.faults ?? []).map((fault, i): Fault | undefined => {
    if (!fault) return undefined
    const { from, for: length, delay = 'PT0S', ...rest } = fault
    return {
      ...rest,
      fromMs: offset(from, at(`faults[${i}].from`)),
      forMs: duration(length, at(`faults[${i}].for`)),
      delayMs: offset(delay, at(`faults[${i}].delay`)),
    }
  })
  const incidents = (file.incidents ?? []).map((incident, i): PlannedIncident | undefined => {
    if (!incident) return undefined
    const { id, kind, place, severity = 'orange', parameters = {} } = incident
    return {
      id,
      kind,
      place: place as PlannedIncident['place'],
      severity,
      parameters,
      fromMs: offset(incident.at, at(`incidents[${i}].at`)),
      forMs: duration(incident.for, at(`incidents[${i}].for`)),
    }
  })
  return {
    // A start that the schema refused is named already.
    start:
      start === undefined
        ? Number.NaN
        : (problems.gather(() => parseInstant(start, startWhere)) ?? Number.NaN),
    durationMs: duration(length, lengthWhere),
    windowMs: duration(file.window ?? DEFAULTS.window, at('window')),
    tickMs: duration(file.tick ?? DEFAULTS.tick, at('tick')),
    allowedLatenessMs: offset(file.allowedLateness ?? 'PT0S', at('allowedLateness')),
    cadence: Object.fromEntries(
      Object.entries(file.cadence ?? {}).map(([domain, { every, phase }]) => [
        domain,
        { everyMs: duration(every, at(`cadence.${domain}.every`)), phase: phase ?? 'spread' },
      ]),
    ),
    incidents: incidents as PlannedIncident[],
    faults: faults as Fault[],
  }
}

/** Adds a problem for every pair of values that cannot go together and every name that does not exist. */
export function checkScenario(
  times: Times,
  file: Sound<ScenarioFile>,
  flags: ScenarioFlags,
  label: string,
  world: ScenarioWorld,
  problems: Problems,
): void {
  checkFlags(flags, world, problems)
  checkTimes(times, flags, label, problems)
  const known = (where: string, name: string, names: string[]) => {
    if (!names.includes(name)) problems.add(where, `"${name}"`, `one of ${names.join(', ')}`)
  }
  const once = (where: (i: number) => string, domains: (string | undefined)[]) => {
    domains.forEach((d, i) => {
      if (d === undefined) return
      known(where(i), d, world.domains)
      if (domains.indexOf(d) !== i) problems.add(where(i), `"${d}" twice`, 'once')
    })
  }
  once((i) => `${label} domains[${i}]`, file.domains ?? [])
  once(() => '--domains', flags.domains ?? [])
  for (const [d, { everyMs }] of Object.entries(times.cadence)) {
    known(`${label} cadence.${d}`, d, world.domains)
    atLeast(everyMs, `${label} cadence.${d}.every`, problems)
  }
  for (const c of Object.keys(file.demand ?? {})) known(`${label} demand.${c}`, c, world.curves)
  for (const d of Object.keys(file.parameters ?? {})) {
    known(`${label} parameters.${d}`, d, world.domains)
  }
  const ownEnd = Math.max(
    problems.gather(() => parseDuration(file.duration ?? DEFAULTS.duration, `${label} duration`)) ??
      Number.NaN,
    flags.for ? times.durationMs : 0,
  )
  const beforeEnd = (ms: number, where: string) => {
    if (ms >= ownEnd)
      problems.add(where, formatDuration(ms), `before the end, ${formatDuration(ownEnd)}`)
  }
  times.faults.forEach((fault, i) => {
    if (!fault) return
    const where = `${label} faults[${i}]`
    known(`${where}.domain`, fault.domain, world.domains)
    beforeEnd(fault.fromMs, `${where}.from`)
    if (fault.kind === 'late' && !(fault.delayMs > 0)) {
      problems.add(`${where}.delay`, 'nothing', 'a duration, since the kind is late')
    }
  })
  checkIncidents(times.incidents, label, world, beforeEnd, problems)
  file.cues?.forEach((cue, i) => {
    if (!cue) return
    const where = `${label} cues[${i}]`
    if (cue.at !== 'PT0S') {
      beforeEnd(problems.gather(() => parseDuration(cue.at, `${where}.at`)) ?? 0, `${where}.at`)
    }
    cue.highlight?.forEach((kpi, k) => {
      if (world.kpis) known(`${where}.highlight[${k}]`, kpi, world.kpis)
    })
  })
}

/** Holes of the list are incidents that the schema refused. */
function checkIncidents(
  incidents: readonly (PlannedIncident | undefined)[],
  label: string,
  { incidentKinds, codes }: ScenarioWorld,
  beforeEnd: (ms: number, where: string) => void,
  problems: Problems,
): void {
  const ids = incidents.map((incident) => incident?.id)
  incidents.forEach((incident, i) => {
    if (!incident) return
    const where = `${label} incidents[${i}]`
    const { id, kind, place, parameters, fromMs, forMs } = incident
    if (ids.indexOf(id) !== i) problems.add(`${where}.id`, `"${id}" twice`, 'an id of its own')
    beforeEnd(fromMs, `${where}.at`)
    atLeast(forMs, `${where}.for`, problems)
    if ('district' in place && !codes.includes(place.district)) {
      problems.add(`${where}.place.district`, `"${place.district}"`, `one of ${codes.join(', ')}`)
    }
    if (!incidentKinds) return
    const schema = incidentKinds[kind]
    if (schema) checkSeed(parameters, label, schema, problems, `incidents[${i}].parameters`)
    else {
      const known = Object.keys(incidentKinds).join(', ')
      problems.add(`${where}.kind`, `"${kind}"`, `one of ${known}`)
    }
  })
}

function checkFlags(flags: ScenarioFlags, world: ScenarioWorld, problems: Problems): void {
  const { seed, scale, speed, partitions } = flags
  if (seed !== undefined && !(Number.isInteger(seed) && seed >= 0 && seed <= MAX_SEED)) {
    problems.add('--seed', String(seed), `a whole number from 0 to ${MAX_SEED}`)
  }
  if (scale !== undefined && !(scale >= SCALES.minimum && scale <= SCALES.maximum)) {
    problems.add('--scale', String(scale), `${SCALES.minimum} to ${SCALES.maximum}`)
  }
  if (speed !== undefined && !(speed > 0 && speed <= SPEEDS.maximum)) {
    problems.add('--speed', String(speed), `a number above 0, at most ${SPEEDS.maximum}`)
  }
  if (partitions !== undefined && !(partitions >= 1 && world.cells % partitions === 0)) {
    const divisors = Array.from({ length: world.cells }, (_, i) => i + 1)
      .filter((n) => world.cells % n === 0)
      .join(', ')
    const expected = `a divisor of the city’s ${world.cells} cells`
    problems.add('--partitions', String(partitions), expected, `use one of ${divisors}`)
  }
}

/** Comparisons with a time that could not be read (NaN) say nothing. */
function checkTimes(times: Times, flags: ScenarioFlags, label: string, problems: Problems): void {
  const { start, durationMs, windowMs, tickMs, allowedLatenessMs } = times
  const window = formatDuration(windowMs)
  if (DAY_MS % windowMs > 0) {
    problems.add(
      `${label} window`,
      window,
      'a whole part of a day, so that a day ends with a window',
    )
  } else if ((start + CITY_OFFSET_MS) % windowMs > 0) {
    const where = flags.start ? '--start' : `${label} start`
    const got = flags.start ?? isoTime(start)
    problems.add(where, got, `a multiple of the window ${window} after 00:00 Asia/Shanghai`)
  }
  atLeast(tickMs, `${label} tick`, problems)
  if (windowMs % tickMs > 0) {
    const where = `${label} tick`
    problems.add(where, formatDuration(tickMs), `a whole part of the window ${window}`)
  }
  if (allowedLatenessMs > MOST_OPEN_WINDOWS * windowMs) {
    const most = `at most ${formatDuration(MOST_OPEN_WINDOWS * windowMs)}, ${MOST_OPEN_WINDOWS} windows`
    problems.add(`${label} allowedLateness`, formatDuration(allowedLatenessMs), most)
  }
  if (start + durationMs > LAST_MS) {
    const where = flags.for ? '--for' : `${label} duration`
    problems.add(where, formatDuration(durationMs), `an end before ${isoTime(LAST_MS)}`)
  }
}

function atLeast(ms: number, where: string, problems: Problems): void {
  if (ms < SHORTEST_MS) {
    problems.add(where, formatDuration(ms), `at least ${formatDuration(SHORTEST_MS)}`)
  }
}
