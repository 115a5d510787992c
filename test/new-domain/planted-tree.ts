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
import { apportion } from '../../seeds/catalogue/apportion.ts'
import type { Plan } from '../../seeds/contract.ts'
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
  for (const entry of readdirSync(join(root, 'seeds'), { withFileTypes: true })) {
    if (entry.isDirectory()) plantData(join(root, 'seeds', entry.name))
  }
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
  const list = readFileSync(file, 'utf8')
  const line = `import { evCharging } from './domains/${NAME}/domain.ts'\n`
  const at = list.indexOf('\nimport ') + 1
  const withLine = list.slice(0, at) + line + list.slice(at)
  writeFileSync(file, withLine.replace(/\n\]\n?$/, '\n  evCharging,\n]\n'))
}

/** The fixture's data as they are where they fit the city, else scaled to it: a curve and districts of its own. */
function plantData(folder: string): void {
  const read = <T>(at: string, name: string) =>
    JSON.parse(readFileSync(join(at, name), 'utf8')) as T
  let city: { code: string; districts: { code: string; population10k: number }[] }
  try {
    city = read(folder, 'city.json')
  } catch {
    return // code that reads seeds, no city
  }
  const data = read<{ simulation: { curve: string } }>(join(FIXTURE, 'testville'), `${NAME}.json`)
  const curves = Object.keys(read<Record<string, unknown>>(folder, 'demand.json'))
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
    const parts = apportion(
      total,
      city.districts.map((d) => d.population10k),
    )
    plan.planned[kpi] = Object.fromEntries([
      [city.code, total],
      ...city.districts.map((d, i) => [d.code, parts[i]]),
    ])
  }
  writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan))
}
