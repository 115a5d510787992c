// What a bundle holds: the programs as they stand in the tree, the built page, the packages that run, and what a person reads.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Problem, problemText } from '../../infra/problem.ts'
import { type PortableNode, portableNode } from './portable-node.ts'
import { type ModulePackage, productionModules } from './production-modules.ts'
import { readme } from './readme-text.ts'
import type { BundleSystem } from './systems.ts'
import type { ZipEntry } from './zip.ts'

/** Dependencies that the built page contains, or that build it: the server never loads them. */
export const PAGE_ONLY = ['vite', 'maplibre-gl', 'uplot', 'preact', '@preact/signals']
const PROGRAMS = ['huacheng.js', 'cli.ts', 'package.json', 'LICENSE', 'NOTICE']
const FOLDERS = [
  'audit',
  'commands',
  'console',
  'infra',
  'processor',
  'producers',
  'replay',
  'seeds',
  'twin',
]
const READ = ['README.md', 'README.zh-CN.md', 'docs']
const WEB = 'console/web'
const PAGE = `${WEB}/dist`
/** Of a package: what nobody runs. Licences stay. */
const IDLE =
  /\.(?:d\.[cm]?ts|map|markdown|flow)$|(?:^|\/)(?:tests?|benchmarks?|examples?|\.github)\//
const LICENSE = /^(?:licen[cs]e|copying|notice)/i

export function bundleEntries(root: string, system: BundleSystem, version: string): ZipEntry[] {
  if (!existsSync(join(root, PAGE, 'index.html'))) {
    throw new Problem(problemText(PAGE, 'no built page', 'it built', 'run `npm run build`'))
  }
  const packages = productionModules(root, PAGE_ONLY)
  const node = portableNode(root, system)
  const entries = [
    ...startEntries(system, node, version),
    ...filesOf(root, [...PROGRAMS, ...READ, ...FOLDERS]).filter(isRun),
    ...filesOf(root, [PAGE]),
    ...packages.flatMap((one) => filesOf(root, [one.folder]).filter(isOwn(one)).filter(isNeeded)),
    text('THIRD-PARTY-LICENSES.txt', thirdParty(root, packages, node)),
  ]
  const top = `huacheng-${version}-${system.name}`
  const sorted = entries.map((entry) => ({ ...entry, path: `${top}/${entry.path}` }))
  return sorted.sort((a, b) => (a.path < b.path ? -1 : 1))
}

function startEntries(system: BundleSystem, node: PortableNode, version: string): ZipEntry[] {
  const { file, lines, newline } = system.starter
  const executable = system.node.executable.endsWith('.exe') ? 'node/node.exe' : 'node/node'
  return [
    { path: file, bytes: Buffer.from(lines.join(newline) + newline), isProgram: true },
    { path: executable, bytes: readFileSync(node.executable), isProgram: true },
    text('README.txt', readme(system, node.version, version).replaceAll('\n', newline)),
  ]
}

const text = (path: string, content: string): ZipEntry => ({
  path,
  bytes: Buffer.from(content),
  isProgram: false,
})

/** Every file below `places`, as it lies in the tree, under `app/`. */
function filesOf(root: string, places: string[]): ZipEntry[] {
  return places.flatMap((place) => {
    const found = readdirOrFile(root, place)
    return found.map((path) => ({
      path: `app/${path}`,
      bytes: readFileSync(join(root, path)),
      isProgram: false,
    }))
  })
}

function readdirOrFile(root: string, place: string): string[] {
  const entries = readdirSync(join(root, place, '..'), { withFileTypes: true })
  const own = entries.find(({ name }) => name === place.split('/').at(-1))
  if (own?.isFile()) return [place]
  return readdirSync(join(root, place), { withFileTypes: true }).flatMap((entry) => {
    const path = `${place}/${entry.name}`
    return entry.isDirectory() ? readdirOrFile(root, path) : entry.isFile() ? [path] : []
  })
}

/** The page's sources are not run; without them nobody takes the built page for stale. */
const isRun = ({ path }: ZipEntry): boolean => !path.startsWith(`app/${WEB}/`)

/** What lies below another package's folder is that one's. */
const isOwn = (of: ModulePackage) => {
  const below = `app/${of.folder}/node_modules/`
  return ({ path }: ZipEntry): boolean => !path.startsWith(below)
}

const isNeeded = ({ path }: ZipEntry): boolean => {
  const inside = path.replace(/^.*node_modules\/(?:@[^/]+\/)?[^/]+\//, '')
  return LICENSE.test(inside) || !IDLE.test(inside)
}

/** Names, versions and licences of all that is not this project's own. */
function thirdParty(root: string, packages: ModulePackage[], node: PortableNode): string {
  const parts = packages.map(({ name, version, license, folder }) => {
    const file = readdirSync(join(root, folder)).find((one) => LICENSE.test(one))
    const body = file ? readFileSync(join(root, folder, file), 'utf8').trim() : 'No licence file.'
    return `${name} ${version} (${license})\n\n${body}\n`
  })
  const own = `Node.js ${node.version}\n\n${readFileSync(node.license, 'utf8').trim()}\n`
  const page =
    'The page contains parts of maplibre-gl, uplot, preact and @preact/signals, see app/NOTICE.\n'
  return [page, own, ...parts].join(`\n${'-'.repeat(80)}\n\n`)
}
