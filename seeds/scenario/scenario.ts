// Loads a scenario and lays flags and defaults over it; gives it the digest and the run id that prove which run it was.
import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { TSchema } from 'typebox'
import { collector, Problem, problemText } from '../../infra/problem.ts'
import { formatDuration, isoTime } from '../../infra/time.ts'
import type { Scenario, ScenarioFlags } from '../contract.ts'
import { cityNames, digestFolder, domainNames, SEEDS_ROOT, sha256 } from '../load/city.ts'
import { DemandSchema } from '../load/days.ts'
import { CitySchema } from '../load/places.ts'
import { type Problems, readSeed, readSound, type Sound } from '../load/seed-file.ts'
import { canonicalJson } from './canonical-json.ts'
import { checkScenario, DEFAULTS, readTimes, type ScenarioWorld } from './scenario-checks.ts'
import { type ScenarioFile, ScenarioSchema } from './scenario-file.ts'

const DEFAULT_PARTITIONS = 12
const SCENARIOS_FOLDER = 'scenarios'

/** Names of a city's scenarios, `default` first. */
export function scenarioNames(city: string, root: string = SEEDS_ROOT): string[] {
  const folder = join(root, city, SCENARIOS_FOLDER)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => basename(file, '.json'))
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
}

const rank = (name: string) => (name === 'default' ? 0 : 1)

/** All scenarios of all cities as `<city>/<name>`, as `loadScenario` takes them. */
export function listScenarios(root: string = SEEDS_ROOT): string[] {
  return cityNames(root).flatMap((city) =>
    scenarioNames(city, root).map((name) => `${city}/${name}`),
  )
}

export type ScenarioSource = {
  /** Folder of the cities; default seeds/. */
  root?: string
  /** A scenario of one's own: its path, and the name it goes by in messages. */
  own?: { path: string; label: string }
  /** All KPIs that the domains declare. */
  kpis?: string[]
  /** Schemas of what each kind of incident asks for besides. */
  incidentKinds?: Record<string, TSchema>
}

/**
 * The scenario `name` = `<city>/<name>` with `flags` laid over its file; with `own` that file is read for the city.
 * Throws one Problem that lists everything wrong by file and field, or by flag.
 */
export function loadScenario(
  name: string,
  flags: ScenarioFlags = {},
  source: ScenarioSource | string = {},
): Scenario {
  const {
    root = SEEDS_ROOT,
    own,
    ...known
  } = typeof source === 'string' ? { root: source } : source
  const { city, path, label, title } = own ? ownScenario(name, own, root) : findScenario(name, root)
  const problems = collector()
  const file = readSound(path, label, ScenarioSchema, problems)
  const world = readWorld(city, root, known, problems)
  if (file && world) {
    const times = readTimes(file, flags, label, problems)
    checkScenario(times, file, flags, label, world, problems)
    if (problems.found.length === 0) return toScenario(title, city, file, flags, times, world, root)
  }
  problems.throwIfAny(`scenario ${name} cannot be used`)
  throw new Error('unreachable: a scenario without problems')
}

function toScenario(
  name: string,
  city: string,
  file: Sound<ScenarioFile>,
  flags: ScenarioFlags,
  times: ReturnType<typeof readTimes>,
  world: ScenarioWorld,
  root: string,
): Scenario {
  const { title, seed, speed, scale, domains, demand, parameters, cues } = file as ScenarioFile
  const body = {
    name,
    city,
    title,
    seed: flags.seed ?? seed,
    speed: flags.speed ?? speed ?? DEFAULTS.speed,
    scale: flags.scale ?? scale ?? DEFAULTS.scale,
    domains: [...(flags.domains ?? domains ?? world.domains)].sort(),
    demand: demand ?? {},
    parameters: parameters ?? {},
    cues: cues ?? [],
    partitions: flags.partitions ?? DEFAULT_PARTITIONS,
    ...times,
  }
  const digest = scenarioDigest(body, digestFolder(join(root, city)))
  return { ...body, digest, runId: runId(body.seed, digest, body.start) }
}

/**
 * SHA-256 hex of the RFC 8785 JSON of {partitions, scenario, seeds} (design.md §4). `scenario` is what the file and the
 * flags amount to, without title, cues, speed, duration, window, allowedLateness and faults. Instants are UTC with
 * milliseconds and durations are in their shortest form, so that two ways to write the same scenario agree.
 */
function scenarioDigest(scenario: Omit<Scenario, 'digest' | 'runId'>, seedsDigest: string): string {
  const effective = {
    seed: scenario.seed,
    start: isoTime(scenario.start),
    scale: scenario.scale,
    domains: scenario.domains,
    tick: formatDuration(scenario.tickMs),
    cadence: Object.fromEntries(
      Object.entries(scenario.cadence).map(([domain, { everyMs, phase }]) => [
        domain,
        { every: formatDuration(everyMs), phase },
      ]),
    ),
    demand: scenario.demand,
    ...(Object.keys(scenario.parameters).length > 0 && { parameters: scenario.parameters }),
    incidents: scenario.incidents.map(({ fromMs, forMs, ...incident }) => ({
      ...incident,
      at: fromMs === 0 ? 'PT0S' : formatDuration(fromMs),
      for: formatDuration(forMs),
    })),
  }
  const { partitions } = scenario
  return sha256(canonicalJson({ partitions, scenario: effective, seeds: seedsDigest }))
}

/** `r-` + 12 hex of SHA-256(`seed\ndigest\nstartUTC`), with `\n<restart>` appended when a running run was restarted. */
export function runId(seed: number, digest: string, start: number, restart = 0): string {
  const text = `${seed}\n${digest}\n${isoTime(start)}${restart > 0 ? `\n${restart}` : ''}`
  return `r-${sha256(text).slice(0, 12)}`
}

type ScenarioLocation = { city: string; path: string; label: string; title: string }

function findScenario(name: string, root: string): ScenarioLocation {
  const [city, own, ...more] = name.split('/')
  checkCity(city, root)
  const known = scenarioNames(city, root)
  if (own === undefined || more.length > 0 || !known.includes(own)) {
    const todo =
      'see `npx huacheng scenarios`; a file of your own is named by its path, which ends in .json'
    const where = `scenario of ${city}`
    const expected = known.join(', ') || 'none: this city has no scenario yet'
    throw new Problem(problemText(where, `"${[own ?? name, ...more].join('/')}"`, expected, todo))
  }
  const file = `${SCENARIOS_FOLDER}/${own}.json`
  return { city, path: join(root, city, file), label: `seeds/${city}/${file}`, title: own }
}

/** Goes by its file's name, with the ending that tells it from the city's own ones. */
function ownScenario(
  name: string,
  { path, label }: { path: string; label: string },
  root: string,
): ScenarioLocation {
  const city = name.split('/')[0]
  checkCity(city, root)
  return { city, path, label, title: basename(path) }
}

function checkCity(city: string, root: string): void {
  const cities = cityNames(root)
  if (cities.includes(city)) return
  const todo = 'see `npx huacheng scenarios`'
  throw new Problem(problemText('city', `"${city}"`, `one of ${cities.join(', ')}`, todo))
}

/** What a scenario refers to. The city is checked in full when it is loaded; here its files only have to be readable. */
function readWorld(
  city: string,
  root: string,
  known: Pick<ScenarioWorld, 'kpis' | 'incidentKinds'>,
  problems: Problems,
): ScenarioWorld | undefined {
  const folder = join(root, city)
  const read = <S extends TSchema>(name: string, schema: S) =>
    readSeed(join(folder, name), `seeds/${city}/${name}`, schema, problems)
  const facts = read('city.json', CitySchema)
  const curves = read('demand.json', DemandSchema)
  if (!facts || !curves) return undefined
  const codes = [facts.code, ...facts.districts.map(({ code }) => code)]
  return {
    cells: facts.cells,
    codes,
    domains: domainNames(folder),
    curves: Object.keys(curves),
    ...known,
  }
}
