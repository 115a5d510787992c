// Loads a city from seeds/<id>/ and checks it. In: the folder's JSON files. Out: a City, or every problem at once.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Topology } from 'topojson-specification'
import { type TSchema, Type } from 'typebox'
import { collector, Problem, problemText } from '../../infra/problem.ts'
import { type Calendar, type City, type Climate, placesOf } from '../contract.ts'
import {
  CityWideSchema,
  type CityWideSection,
  SpreadSchema,
  type SpreadSection,
} from './catalogue-section.ts'
import { checkCity } from './city-checks.ts'
import { CalendarSchema, ClimateSchema, DemandSchema } from './days.ts'
import { checkDomain } from './domain-checks.ts'
import { GroundSchema, NO_GROUND } from './ground.ts'
import { CitySchema, StreetsSchema } from './places.ts'
import { RoadsSchema } from './roads.ts'
import { checkSeed, type Problems, readJson, readSeed, readSound, show } from './seed-file.ts'

/** Folder that holds the cities. */
export const SEEDS_ROOT = dirname(import.meta.dirname)

/** Files of a city that are no domain's. */
export const NOT_DOMAINS = new Set([
  'city',
  'calendar',
  'climate',
  'streets',
  'demand',
  'ground',
  'plan',
  'roads',
])
const PLAN_FILE = 'plan.json'
const ROADS_FILE = 'roads.json'
const SCENARIOS_FOLDER = 'scenarios'
const TOPOLOGY_FILE = 'geo.topo.json'
const GROUND_FILE = 'ground.json'

const TopologySchema = Type.Object({
  type: Type.Literal('Topology'),
  objects: Type.Object({ districts: Type.Object({}), water: Type.Object({}) }),
  arcs: Type.Array(Type.Array(Type.Array(Type.Number()))),
})

/** Cities that were loaded last, newest first. A few: whoever loads others after each other shall not keep them all. */
const loaded: { folder: string; city: City }[] = []
const MOST_LOADED = 3

/**
 * The city `id` under `root` (default seeds/), its domains included; the same object while its files are the same, so that
 * its streets are worked out once. Throws one Problem that lists everything wrong by file and field.
 */
export function loadCity(id: string, root: string = SEEDS_ROOT): City {
  const folder = join(root, id)
  if (!existsSync(join(folder, 'city.json'))) {
    const known = cityNames(root).join(', ') || 'a folder with a city.json'
    throw new Problem(problemText('city', `"${id}"`, known, `add ${join(folder, 'city.json')}`))
  }
  const at = loaded.findIndex((it) => it.folder === folder)
  const [before] = at < 0 ? [] : loaded.splice(at, 1)
  const isSame = before !== undefined && before.city.seedsDigest === digestFolder(folder)
  const city = isSame ? before.city : readCity(id, folder)
  loaded.unshift({ folder, city })
  loaded.splice(MOST_LOADED)
  return city
}

function readCity(id: string, folder: string): City {
  const problems = collector()
  const read = <S extends TSchema>(name: string, schema: S) =>
    readSeed(join(folder, name), labelOf(id, name), schema, problems)
  const facts = read('city.json', CitySchema)
  const calendar = readSound(
    join(folder, 'calendar.json'),
    labelOf(id, 'calendar.json'),
    CalendarSchema,
    problems,
  )
  const climate = read('climate.json', ClimateSchema)
  const streets = read('streets.json', StreetsSchema)
  const demand = read('demand.json', DemandSchema)
  const topology = read(TOPOLOGY_FILE, TopologySchema) as Topology | undefined
  const hasRoads = existsSync(join(folder, ROADS_FILE))
  const roads = hasRoads ? read(ROADS_FILE, RoadsSchema) : undefined
  const hasGround = existsSync(join(folder, GROUND_FILE))
  const ground = hasGround ? read(GROUND_FILE, GroundSchema) : NO_GROUND
  const domains = readDomains(folder, id, problems)
  checkCity(
    {
      facts,
      calendar,
      streets: streets?.streets,
      demand,
      topology,
      roads,
      catalogue: domains.catalogue,
    },
    (name) => labelOf(id, name),
    problems,
  )
  problems.throwIfAny(`seeds/${id} cannot be used`)
  if (!facts || !calendar || !climate || !streets || !demand || !topology || !ground)
    throw new Error('unreachable')

  const districts = [...facts.districts].sort((a, b) => (a.code < b.code ? -1 : 1))
  return {
    id,
    name: facts.name,
    code: facts.code,
    scopes: [facts, ...districts].map(({ code, name }) => ({ code, name })),
    districts,
    calendar: calendarOf(calendar as Calendar),
    climate: { months: climate.months } as Climate,
    landmarks: facts.landmarks,
    openData: facts.openData,
    cells: facts.cells,
    demand,
    domainParameters: domains.simulation,
    seedsDigest: digestFolder(folder),
    places: {
      catalogueSeed: facts.catalogueSeed,
      placement: facts.placement,
      centres: facts.centres,
      ground,
      streets: streets.streets,
      catalogue: domains.catalogue,
      topology,
      roads: roads?.roads ?? [],
      crossings: roads?.crossings ?? [],
    },
  }
}

/** Without the words about its origin. */
function calendarOf({ holidays, workdays, schoolHolidays, payDays }: Calendar): Calendar {
  return { holidays, workdays, schoolHolidays, payDays }
}

/** Folders under `root` that hold a city. */
export function cityNames(root: string = SEEDS_ROOT): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, 'city.json')))
    .map((entry) => entry.name)
    .sort()
}

/** The districts, water and river lines as TopoJSON; throws for a city that was not loaded from files. */
export function cityTopology(city: City): Topology {
  return placesOf(city).topology
}

/** Index of a scope in `city.scopes`, the number it goes by everywhere; -1 for an unknown code. */
export function scopeIndex(city: City, code: string): number {
  return city.scopes.findIndex((scope) => scope.code === code)
}

function labelOf(id: string, name: string): string {
  return `seeds/${id}/${name}`
}

/** Domains of a city's folder: every JSON file of another name, so that a new one needs no list here. */
export function domainNames(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => /^[a-z0-9-]+\.json$/.test(file))
    .map((file) => file.slice(0, -'.json'.length))
    .filter((name) => !NOT_DOMAINS.has(name))
    .sort()
}

/** Their sections, `catalogue` checked, `simulation` left to each domain. */
function readDomains(folder: string, id: string, problems: Problems) {
  const catalogue: Record<string, SpreadSection | CityWideSection> = {}
  const simulation: Record<string, unknown> = {}
  const names = domainNames(folder)
  for (const domain of names) {
    const name = `${domain}.json`
    const label = labelOf(id, name)
    const value = readJson(join(folder, name), label, problems)
    if (value === undefined) continue
    if (!isRecord(value) || !isRecord(value.catalogue) || !isRecord(value.simulation)) {
      problems.add(label, show(value), 'an object {"catalogue": {…}, "simulation": {…}}')
      continue
    }
    const section = value.catalogue
    const schema = 'assets' in section ? CityWideSchema : SpreadSchema
    if (!checkSeed(section, label, schema, problems, 'catalogue')) continue
    catalogue[domain] = section as SpreadSection | CityWideSection
    checkDomain(catalogue[domain], label, problems)
    simulation[domain] = value.simulation
  }
  if (names.length === 0) problems.add(`seeds/${id}`, 'no domain file', 'at least one')
  return { catalogue, simulation }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Identity of everything that shapes a run besides its scenario (design.md §4): SHA-256 hex over the sorted lines
 * `<relative path>\t<sha256>\n`, without scenarios/ and plan.json. Paths use `/` on every system.
 */
export function digestFolder(folder: string): string {
  const lines = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path !== PLAN_FILE && !path.startsWith(`${SCENARIOS_FOLDER}/`))
    .map((path) => `${path}\t${sha256(readFileSync(join(folder, path)))}\n`)
  return sha256(lines.sort().join(''))
}

export function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}
