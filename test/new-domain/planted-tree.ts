// The repository with one domain more, as if somebody had added it: a copy with the fixture's folder, line and data for every city.
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withLine } from '../../commands/new-domain/new-domain.ts'
import { plannedNumbers } from '../../commands/plan-numbers.ts'
import type { Plan } from '../../seeds/contract.ts'
import { cityNames, loadCity } from '../../seeds/load/city.ts'
import { evCharging } from '../fixtures/ev-charging/domain.ts'
import { free } from '../fixtures/ev-charging/places.ts'
import { ROOT } from '../repository.ts'

const NAME = 'ev-charging'
const FIXTURE = join(ROOT, 'test/fixtures', NAME)
const SKIPPED = /(^|\/)(node_modules|\.git|dist|artifacts|coverage|\.cache|data)$/

export type PlantedTree = { root: string; remove(): void }

/** `remove` it afterwards; node_modules is the repository's own. */
export function plantDomain(): PlantedTree {
  const root = mkdtempSync(join(tmpdir(), 'huacheng-planted-'))
  cpSync(ROOT, root, { recursive: true, filter: (from) => !SKIPPED.test(from) })
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'))
  plantFolder(root)
  plantLine(root)
  for (const id of cityNames()) plantData(join(root, 'seeds'), id)
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) }
}

function plantFolder(root: string): void {
  const folder = join(root, 'producers/domains', NAME)
  cpSync(FIXTURE, folder, {
    recursive: true,
    filter: (from) => !/(city\.ts|testville)$/.test(from),
  })
  for (const file of readdirSync(folder)) {
    const text = readFileSync(join(folder, file), 'utf8')
    writeFileSync(join(folder, file), text.replaceAll('../../../producers/', '../../'))
  }
  writeFileSync(join(folder, 'places.ts'), placesText())
  leaveDoors(join(root, 'test/fixtures', NAME), readdirSync(folder))
}

/** What moved is no second time where it was; tests that import the fixture get the domain from its new place. */
function leaveDoors(fixture: string, moved: string[]): void {
  for (const file of moved) {
    const at = join(fixture, file)
    if (!['domain.ts', 'places.ts'].includes(file)) rmSync(at)
    else {
      const [, name] = /^export const (\w+)/m.exec(readFileSync(at, 'utf8'))!
      const from = `../../../producers/domains/${NAME}/${file}`
      writeFileSync(at, `// Moved to ${from}.\nexport { ${name} } from '${from}'\n`)
    }
  }
}

/** Plain values, as a domain's author writes them: computed from the list that the domain joins, they would be a circle. */
function placesText(): string {
  const values = Object.entries(free).map(([place, value]) => `  ${place}: ${literal(value)},\n`)
  return `// The rank, order and shape that the other domains leave free.\nexport const free = {\n${values.join('')}} as const\n`
}

const literal = (value: unknown) => (typeof value === 'string' ? `'${value}'` : String(value))

function plantLine(root: string): void {
  const file = join(root, 'producers/domains.ts')
  writeFileSync(file, withLine(readFileSync(file, 'utf8'), NAME))
}

/** The fixture's data as they are where they fit the city, else scaled to it: a curve and districts of its own. */
function plantData(seeds: string, id: string): void {
  const folder = join(seeds, id)
  const read = <T>(at: string, name: string) =>
    JSON.parse(readFileSync(join(at, name), 'utf8')) as T
  const data = read<{ simulation: { curve: string } }>(join(FIXTURE, 'testville'), `${NAME}.json`)
  const city = loadCity(id)
  const curves = Object.keys(city.demand)
  if (!curves.includes(data.simulation.curve)) {
    data.simulation.curve = curves.find((name) => name.startsWith('parking'))!
  }
  writeFileSync(join(folder, `${NAME}.json`), JSON.stringify(data))
  const [plan, more] = [
    read<Plan>(folder, 'plan.json'),
    read<Plan>(join(FIXTURE, 'testville'), 'plan.json'),
  ]
  plan.targets.push(...more.targets)
  for (const [kpi, numbers] of Object.entries(more.planned)) {
    const total = Math.max(...Object.values(numbers))
    plan.planned[kpi] = plannedNumbers(city, evCharging.declaration, total, 'population')
  }
  writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan))
}
