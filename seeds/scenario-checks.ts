// What a schema cannot say about a scenario: readable times that fit each other, and names that exist.
import { Problem } from '../infra/problem.ts'
import {
  CITY_OFFSET_MS,
  DAY_MS,
  formatDuration,
  parseDuration,
  parseInstant,
} from '../infra/time.ts'
import type { Scenario, ScenarioFlags } from './contract.ts'
import { MAX_SEED, SCALES, type ScenarioFile } from './scenario-file.ts'
import type { Problems } from './seed-file.ts'

/** What a scenario may refer to in its city. */
export type ScenarioWorld = { cells: number; domains: string[]; places: string[]; curves: string[] }

export const DEFAULTS = { duration: 'P1D', window: 'PT1M', tick: 'PT10S', speed: 30, scale: 1 }

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
  file: ScenarioFile,
  flags: ScenarioFlags,
  label: string,
  problems: Problems,
): Times {
  const read = <T>(parse: () => T, otherwise: T): T => {
    try {
      return parse()
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      problems.found.push(error.message)
      return otherwise
    }
  }
  const duration = (text: string, where: string) =>
    read(() => parseDuration(text, where), Number.NaN)
  const offset = (text: string, where: string) => (text === 'PT0S' ? 0 : duration(text, where))
  const at = (field: string) => `${label} ${field}`
  const [start, startWhere] = flags.start ? [flags.start, '--start'] : [file.start, at('start')]
  const [length, lengthWhere] = flags.for
    ? [flags.for, '--for']
    : [file.duration ?? DEFAULTS.duration, at('duration')]
  return {
    start: read(() => parseInstant(start, startWhere), Number.NaN),
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
    incidents: (file.incidents ?? []).map((incident, i) => ({
      id: incident.id,
      kind: incident.kind,
      atMs: offset(incident.at, at(`incidents[${i}].at`)),
      forMs: duration(incident.for, at(`incidents[${i}].for`)),
      place: incident.place,
      severity: incident.severity,
    })),
    faults: (file.faults ?? []).map((fault, i) => ({
      kind: fault.kind,
      domain: fault.domain,
      share: fault.share,
      fromMs: offset(fault.from, at(`faults[${i}].from`)),
      forMs: duration(fault.for, at(`faults[${i}].for`)),
      delayMs: offset(fault.delay ?? 'PT0S', at(`faults[${i}].delay`)),
    })),
  }
}

/** Adds a problem for every pair of values that cannot go together and every name that does not exist. */
export function checkScenario(
  scenario: Omit<Scenario, 'digest' | 'runId'>,
  file: ScenarioFile,
  flags: ScenarioFlags,
  label: string,
  world: ScenarioWorld,
  problems: Problems,
): void {
  checkFlags(flags, world, problems)
  checkTimes(scenario, flags, label, problems)
  const known = (where: string, name: string, names: string[]) => {
    if (!names.includes(name)) problems.add(where, `"${name}"`, `one of ${names.join(', ')}`)
  }
  file.domains?.forEach((d, i) => {
    known(`${label} domains[${i}]`, d, world.domains)
    if (file.domains?.indexOf(d) !== i)
      problems.add(`${label} domains[${i}]`, `"${d}" twice`, 'once')
  })
  for (const d of Object.keys(file.cadence ?? {})) {
    known(`${label} cadence.${d}`, d, world.domains)
  }
  for (const c of Object.keys(file.demand ?? {})) known(`${label} demand.${c}`, c, world.curves)
  const ids = new Set<string>()
  scenario.incidents.forEach(({ id, place }, i) => {
    known(`${label} incidents[${i}].place`, place, world.places)
    if (ids.has(id)) problems.add(`${label} incidents[${i}].id`, `"${id}" twice`, 'each id once')
    ids.add(id)
  })
  scenario.faults.forEach((fault, i) => {
    known(`${label} faults[${i}].domain`, fault.domain, world.domains)
    if (fault.kind === 'late' && !(fault.delayMs > 0)) {
      problems.add(`${label} faults[${i}].delay`, 'nothing', 'a duration, since the kind is late')
    }
  })
  file.cues?.forEach((cue, i) => {
    if (cue.at === 'PT0S') return
    try {
      parseDuration(cue.at, `${label} cues[${i}].at`)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      problems.found.push(error.message)
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
  if (speed !== undefined && !(speed > 0 && Number.isFinite(speed))) {
    problems.add('--speed', String(speed), 'a number above 0')
  }
  if (partitions !== undefined && !(partitions >= 1 && world.cells % partitions === 0)) {
    const divisors = Array.from({ length: world.cells }, (_, i) => i + 1)
      .filter((n) => world.cells % n === 0)
      .join(', ')
    const expected = `a divisor of the city’s ${world.cells} cells`
    problems.add('--partitions', String(partitions), expected, `use one of ${divisors}`)
  }
}

function checkTimes(
  scenario: Pick<Scenario, 'start' | 'windowMs' | 'tickMs'>,
  flags: ScenarioFlags,
  label: string,
  problems: Problems,
): void {
  const { start, windowMs, tickMs } = scenario
  const window = formatDuration(windowMs)
  if (DAY_MS % windowMs > 0) {
    problems.add(
      `${label} window`,
      window,
      'a whole part of a day, so that a day ends with a window',
    )
  } else if ((start + CITY_OFFSET_MS) % windowMs > 0) {
    const where = flags.start ? '--start' : `${label} start`
    const got = flags.start ?? new Date(start).toISOString()
    problems.add(where, got, `a multiple of the window ${window} after 00:00 Asia/Shanghai`)
  }
  if (windowMs % tickMs > 0) {
    const where = `${label} tick`
    problems.add(where, formatDuration(tickMs), `a whole part of the window ${window}`)
  }
}
