// Loads a scenario and lays flags and defaults over it; gives it the digest and the run id that prove which run it was.
import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { collector, Problem, problemText } from '../infra/problem.ts'
import { formatDuration, isoTime } from '../infra/time.ts'
import { canonicalJson } from './canonical-json.ts'
import { cityNames, digestFolder, domainNames, SEEDS_ROOT, sha256 } from './city.ts'
import type { Scenario, ScenarioFlags } from './contract.ts'
import { CitySchema, DemandSchema } from './places.ts'
import { checkScenario, DEFAULTS, readTimes, type ScenarioWorld } from './scenario-checks.ts'
import { ScenarioSchema } from './scenario-file.ts'
import { readSeed } from './seed-file.ts'

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

/**
 * The scenario `name` = `<city>/<name>` with `flags` laid over its file.
 * Throws one Problem that lists everything wrong by file and field, or by flag.
 */
export function loadScenario(
  name: string,
  flags: ScenarioFlags = {},
  root: string = SEEDS_ROOT,
): Scenario {
  const { city, path } = findScenario(name, root)
  const label = `seeds/${city}/${SCENARIOS_FOLDER}/${basename(path)}`
  const title = `scenario ${name} cannot be used`
  const problems = collector()
  const file = readSeed(path, label, ScenarioSchema, problems)
  const world = readWorld(city, root)
  problems.throwIfAny(title)
  if (!file) throw new Error('unreachable: a scenario without problems')
  const times = readTimes(file, flags, label, problems)
  const partitions = flags.partitions ?? DEFAULT_PARTITIONS
  const body = {
    name: basename(path, '.json'),
    city,
    title: file.title,
    seed: flags.seed ?? file.seed,
    speed: flags.speed ?? file.speed ?? DEFAULTS.speed,
    scale: flags.scale ?? file.scale ?? DEFAULTS.scale,
    domains: [...(file.domains ?? world.domains)].sort(),
    demand: file.demand ?? {},
    cues: file.cues ?? [],
    partitions,
    ...times,
  }
  checkScenario(body, file, flags, label, world, problems)
  problems.throwIfAny(title)
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
    incidents: scenario.incidents.map(({ id, kind, atMs, forMs, place, severity }) => ({
      id,
      kind,
      at: formatDuration(atMs),
      for: formatDuration(forMs),
      place,
      severity,
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

function findScenario(name: string, root: string): { city: string; path: string } {
  const [city, own] = name.split('/')
  const cities = cityNames(root)
  if (!cities.includes(city)) {
    const todo = 'see `npx huacheng scenarios`'
    throw new Problem(problemText('city', `"${city}"`, `one of ${cities.join(', ')}`, todo))
  }
  const known = scenarioNames(city, root)
  if (own === undefined || !known.includes(own)) {
    const todo = 'see `npx huacheng scenarios`'
    const where = `scenario of ${city}`
    const expected = known.join(', ') || 'none: this city has no scenario yet'
    throw new Problem(problemText(where, `"${own ?? name}"`, expected, todo))
  }
  return { city, path: join(root, city, SCENARIOS_FOLDER, `${own}.json`) }
}

/** What a scenario refers to. The city is checked in full when it is loaded; here its files only have to be readable. */
function readWorld(city: string, root: string): ScenarioWorld {
  const folder = join(root, city)
  const problems = collector()
  const facts = readSeed(join(folder, 'city.json'), `seeds/${city}/city.json`, CitySchema, problems)
  const curves = readSeed(
    join(folder, 'demand.json'),
    `seeds/${city}/demand.json`,
    DemandSchema,
    problems,
  )
  problems.throwIfAny(`seeds/${city} cannot be used`)
  if (!facts || !curves) throw new Error('unreachable: a city without problems')
  return {
    cells: facts.cells,
    domains: domainNames(folder),
    places: [facts.code, ...facts.districts.map((d) => d.code)],
    curves: Object.keys(curves),
  }
}
