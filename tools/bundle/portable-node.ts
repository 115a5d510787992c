// The Node that a bundle carries: this machine's own from node_modules, another system's as npm has it, checked by its checksum.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Problem, problemText } from '../../infra/problem.ts'
import type { BundleSystem } from './systems.ts'

const FETCH_MS = 300_000

export type PortableNode = { executable: string; license: string; version: string }

/** Files of the system's Node; throws a Problem where npm does not give the one that is expected. */
export function portableNode(root: string, system: BundleSystem): PortableNode {
  const { node } = system
  const own = join(root, 'node_modules', node.package)
  const folder = versionIn(own) === node.version ? own : fetched(root, system)
  const executable = join(folder, node.executable)
  if (!existsSync(executable)) {
    throw new Problem(problemText(executable, 'not there', `Node ${node.version}`))
  }
  return { executable, license: join(folder, 'LICENSE'), version: node.version }
}

function versionIn(folder: string): string | null {
  const file = join(folder, 'package.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : null
}

/** Installed by npm into a folder of its own, for a system that is not this one; kept for the next time. */
function fetched(root: string, { name, node }: BundleSystem): string {
  const wanted = `${node.package}@${node.version}`
  const prefix = join(root, '.cache', 'bundle', wanted)
  const folder = join(prefix, 'node_modules', node.package)
  if (versionIn(folder) !== node.version) {
    mkdirSync(prefix, { recursive: true })
    const args = ['install', '--prefix', prefix, '--no-save', '--force', '--ignore-scripts']
    const quiet = ['--no-audit', '--no-fund', '--loglevel', 'error']
    // A shell, for npm is a script on Windows; nothing in the line comes from outside.
    const { status, stderr } = spawnSync('npm', [...args, ...quiet, wanted], {
      shell: process.platform === 'win32',
      timeout: FETCH_MS,
      encoding: 'utf8',
    })
    if (status !== 0) {
      const got = `npm could not bring ${wanted}: ${(stderr ?? '').trim().split('\n')[0]}`
      const todo = `go online once, or leave it out (--system ${ownSystem()})`
      throw new Problem(problemText(`bundle ${name}`, got, 'a portable Node', todo))
    }
  }
  checked(prefix, `node_modules/${node.package}`, node.integrity)
  return folder
}

const ownSystem = (): string => `${process.platform}-${process.arch}`

/** npm compares what it fetched with what the registry says; this compares that with what was looked at once. */
function checked(prefix: string, entry: string, integrity: string): void {
  const file = join(prefix, 'node_modules', '.package-lock.json')
  const got = JSON.parse(readFileSync(file, 'utf8')).packages[entry]?.integrity
  if (got !== integrity) throw new Problem(problemText(entry, `checksum ${got}`, integrity))
}
