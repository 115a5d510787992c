// Puts a scenario's world together for a command: city, catalogue, plan, descriptor, and kernels that simulate it.
import { collector } from '../../infra/problem.ts'
import { MINUTE_MS } from '../../infra/time.ts'
import type { Declaration } from '../../producers/contract/declaration.ts'
import { checkPlaces } from '../../producers/contract/declared-places.ts'
import type { AcceptedCommand, Descriptor } from '../../producers/contract/records.ts'
import { isForConductor } from '../../producers/contract/run/run-commands.ts'
import { domains as allDomains } from '../../producers/domains.ts'
import { incidentKinds } from '../../producers/incidents/kinds.ts'
import {
  buildDescriptor,
  parametersOf,
  scenarioDomains,
} from '../../producers/kernel/descriptor.ts'
import { createKernel, type Kernel, type KernelOptions } from '../../producers/kernel/kernel.ts'
import { kpiIds } from '../../producers/kernel/kpi-ids.ts'
import { CommandSchedule } from '../../producers/run/shard/command-schedule.ts'
import type { Domain } from '../../producers/simulation/simulator.ts'
import { buildCatalogue } from '../../seeds/catalogue/catalogue.ts'
import type { Catalogue, City, Plan, Scenario } from '../../seeds/contract.ts'
import { cityNames, loadCity, SEEDS_ROOT } from '../../seeds/load/city.ts'
import { loadPlan } from '../../seeds/load/plan.ts'
import { checkSeed, type Problems } from '../../seeds/load/seed-file.ts'
import { loadScenario } from '../../seeds/scenario/scenario.ts'
import { type OptionValues, scenarioFlags, scenarioSource } from '../options/options.ts'
import { userPath } from '../options/user-path.ts'
import { readCommandFile } from '../recordings/command-file.ts'

export type World = {
  city: City
  catalogue: Catalogue
  plan: Plan
  scenario: Scenario
  descriptor: Descriptor
  domains: Domain[]
  /** Of operators, accepted by an earlier run of it: they happen again. */
  commands: AcceptedCommand[]
}

export type WorldOptions = {
  truth: boolean
  /** Default 1. */
  shards?: number
  /** Default: those of producers/domains.ts. */
  domains?: Domain[]
  /** Folder of the cities; default seeds/. */
  seeds?: string
}

/** In-process runs have no log: their epoch is that of a first run on an empty one. */
export const OFFLINE_EPOCH = 0

/** What the options name, before anything is built; a Problem lists everything that is wrong with options, seeds and files. */
export function loadWorld(
  values: OptionValues,
  { shards = 1, domains = allDomains, seeds = SEEDS_ROOT }: Partial<WorldOptions> = {},
): Pick<World, 'scenario' | 'city' | 'plan'> {
  const problems = collector()
  const flags = scenarioFlags(values, problems)
  const source = problems.gather(() => scenarioSource(values))
  const cityId = source?.name.split('/')[0] ?? ''
  const city = cityNames(seeds).includes(cityId)
    ? problems.gather(() => loadCity(cityId, seeds))
    : undefined
  const kpis = city && kpiIds(domains, city)
  const { name, own } = source ?? {}
  const scenario =
    name === undefined
      ? undefined
      : problems.gather(() =>
          loadScenario(name, flags, { root: seeds, own, kpis, incidentKinds: parametersByKind() }),
        )
  if (scenario) problems.gather(() => scenarioDomains(domains, scenario))
  if (scenario && shards > scenario.partitions) {
    const most = `at most the ${scenario.partitions} partitions`
    problems.add('shards', String(shards), most, 'raise --partitions')
  }
  const label = values.plan as string | undefined
  const path = label === undefined ? undefined : userPath(label)
  const plan = city && problems.gather(() => loadPlan(city, path, seeds, kpis, label))
  if (city) checkParameters(city, scenario, domains, problems)
  const declarations = domains.map(({ declaration }) => declaration)
  checkPlaces(declarations, problems)
  if (city && plan && scenario) {
    const own = declarations.filter(({ domain }) => scenario.domains.includes(domain))
    checkPlanned(own, city, plan, label ?? `seeds/${city.id}/plan.json`, problems)
  }
  problems.throwIfAny('the city cannot be set up')
  if (!scenario || !city || !plan) throw new Error('unreachable: a world without problems')
  return { scenario, city, plan }
}

/** What each kind of incident asks for besides. */
const parametersByKind = () =>
  Object.fromEntries(incidentKinds.map(({ kind, parameters }) => [kind, parameters]))

/** Every share is divided by planned numbers: of the city, and of each district unless the domain is city-wide. */
function checkPlanned(
  declarations: Declaration[],
  city: City,
  { planned }: Plan,
  file: string,
  problems: Problems,
): void {
  for (const { domain, measures, cityWide } of declarations) {
    const codes = (cityWide ? city.scopes.slice(0, 1) : city.scopes).map(({ code }) => code)
    for (const { name } of measures.filter(({ kind }) => kind === 'share')) {
      const kpi = `${domain}.${name}`
      const missing = codes.filter((code) => planned[kpi]?.[code] === undefined)
      if (missing.length === 0) continue
      const got = missing.length === codes.length ? 'nothing' : `nothing for ${missing.join(', ')}`
      const expected = 'the planned numbers that this share is divided by'
      const todo = `paste what \`npx huacheng plan-numbers ${kpi} <total> --city ${city.id}\` prints`
      problems.add(`${file} planned["${kpi}"]`, got, expected, todo)
    }
  }
}

/** What each domain wants of its own section of the city's files, and of what a scenario puts in its place. */
function checkParameters(
  city: City,
  scenario: Scenario | undefined,
  domains: Domain[],
  problems: Problems,
): void {
  for (const { declaration, parameters } of domains) {
    const name = declaration.domain
    if (!(name in city.domainParameters)) continue
    const label = `seeds/${city.id}/${name}.json`
    const usual = city.domainParameters[name]
    if (!checkSeed(usual, label, parameters, problems, 'simulation')) continue
    if (scenario?.parameters[name] === undefined) continue
    const other = parametersOf(city, scenario, name)
    checkSeed(other, `scenario ${scenario.name}`, parameters, problems, `parameters.${name}`)
  }
}

/** The world that a command's options name; throws a Problem that lists what is wrong with them or with the seeds. */
export function openWorld(values: OptionValues, options: WorldOptions): World {
  const { truth, shards = 1, domains = allDomains } = options
  const { scenario, city, plan } = loadWorld(values, options)
  const catalogue = buildCatalogue(city, scenario.scale)
  const descriptor = buildDescriptor({ city, scenario, catalogue, plan, domains, shards, truth })
  const label = values.commands as string | undefined
  const commands = label === undefined ? [] : readCommandFile(label, descriptor, catalogue)
  return { city, catalogue, plan, scenario, descriptor, domains, commands }
}

/** A kernel for shard `shard` of `shards`, begun and ready to advance. */
export function openKernel(
  world: World,
  shard: number,
  shards: number,
  extra: Partial<Pick<KernelOptions, 'observe' | 'ticks' | 'faults' | 'epoch'>> = {},
): Kernel {
  const { city, catalogue, scenario, descriptor, domains } = world
  const kernel = createKernel({
    city,
    catalogue,
    scenario,
    descriptor,
    domains,
    epoch: OFFLINE_EPOCH,
    shard,
    shards,
    ...extra,
  })
  kernel.begin(scenario.start)
  return kernel
}

/** Without a wall clock the intended send time is the sim time itself. */
const simTimestamp = (time: number) => time

/** Lets everything older than a sim time happen, and the world's commands from the moment at which each counts, as shards do. */
export function advancing({ commands }: World, kernel: Kernel): (to: number) => void {
  const schedule = new CommandSchedule()
  for (const command of commands) if (!isForConductor(command)) schedule.add(command)
  return (to) => {
    for (let next = schedule.first(to); next; next = schedule.first(to)) {
      kernel.advance(next.effectiveAt, simTimestamp)
      schedule.removeFirst()
      kernel.obey(next.command)
    }
    kernel.advance(to, simTimestamp)
  }
}

/** Lets the whole scenario happen, or enough of it, a sim minute at a time; `take` drains the kernel after each. */
export function runThrough(
  world: World,
  kernel: Kernel,
  take: () => void,
  isEnough: () => boolean = () => false,
): void {
  const { start, durationMs } = world.scenario
  const end = start + durationMs
  const advance = advancing(world, kernel)
  for (let to = start; ; to = Math.min(to + MINUTE_MS, end)) {
    advance(to)
    take()
    if (to >= end || isEnough()) return
  }
}
