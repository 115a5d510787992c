// `npm run bundle`: a zip per system that shows the city on a machine with neither Node nor network.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildWebIfStale } from '../../commands/wiring/web-build.ts'
import { Problem, problemText } from '../../infra/problem.ts'
import { reportingProblems } from '../../infra/program/main.ts'
import { printLine } from '../../infra/program/standard-output.ts'
import { bundleEntries } from './content.ts'
import { type BundleSystem, SYSTEMS } from './systems.ts'
import { zipOf } from './zip.ts'

const ROOT = join(import.meta.dirname, '../..')

const USAGE = `npm run bundle -- [--system <name>]... [--out <folder>]
  --system  one of ${SYSTEMS.map(({ name }) => name).join(', ')}; all where none is asked for
  --out     default artifacts/bundle`

function chosen(names: string[]): BundleSystem[] {
  const known = SYSTEMS.map(({ name }) => name)
  const wrong = names.find((name) => !known.includes(name))
  if (wrong) throw new Problem(problemText('--system', `"${wrong}"`, `one of ${known.join(', ')}`))
  return SYSTEMS.filter(({ name }) => names.length === 0 || names.includes(name))
}

/** Writes the zip and says what it is. */
function bundle(system: BundleSystem, folder: string, version: string): void {
  const entries = bundleEntries(ROOT, system, version)
  const bytes = zipOf(entries)
  const file = join(folder, `huacheng-${version}-${system.name}.zip`)
  writeFileSync(file, bytes)
  const megabytes = (bytes.length / 1e6).toFixed(1)
  const sha = createHash('sha256').update(bytes).digest('hex')
  printLine(`${file}  ${megabytes} MB, ${entries.length} files, Node ${system.node.version}`)
  printLine(`  sha256 ${sha}`)
}

await reportingProblems(async () => {
  const { values } = parseArgs({
    options: {
      system: { type: 'string', multiple: true, default: [] },
      out: { type: 'string', default: join(ROOT, 'artifacts', 'bundle') },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return printLine(USAGE)
  await buildWebIfStale()
  const systems = chosen(values.system)
  mkdirSync(values.out, { recursive: true })
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const failed: unknown[] = []
  for (const system of systems) {
    try {
      bundle(system, values.out, version)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      failed.push(error.message)
      printLine(error.message)
    }
  }
  if (failed.length > 0) throw new Problem(`bundle: ${failed.length} of ${systems.length} not made`)
})
