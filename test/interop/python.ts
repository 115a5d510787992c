// A Python with packages of its own for other people's tools, kept in .cache/ between runs; else a reason why there is none.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const CACHE = join(import.meta.dirname, '../../.cache')
const INSTALL_MS = 180_000
/** Name and version of each package. */
export const REQUIREMENTS = readFileSync(join(import.meta.dirname, 'requirements.txt'), 'utf8')
  .split('\n')
  .filter((line) => /^\w/.test(line))

export const exec = promisify(execFile)

let found: Promise<{ python: string } | string> | undefined

/** Path of an interpreter that has everything of requirements.txt, or why not. With CI=true none is an error. */
export function findPython(): Promise<{ python: string } | string> {
  found ??= makePython()
  return found
}

async function makePython(): Promise<{ python: string } | string> {
  const hash = createHash('sha256').update(REQUIREMENTS.join('\n')).digest('hex').slice(0, 12)
  const home = join(CACHE, `python-${hash}`)
  const python = join(home, 'bin', 'python')
  if (existsSync(python)) return { python }
  // Moved into place when complete: an interrupted installation leaves nothing that looks like one.
  const draft = `${home}.${process.pid}`
  try {
    mkdirSync(CACHE, { recursive: true })
    await exec('python3', ['-m', 'venv', draft], { timeout: INSTALL_MS })
    const pip = ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', ...REQUIREMENTS]
    await exec(join(draft, 'bin', 'python'), pip, { timeout: INSTALL_MS })
    renameSync(draft, home)
    return { python }
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    const lines = (error as Error).message.split('\n')
    const reason = lines.find((line) => line.startsWith('ERROR: ')) ?? lines[0]
    const text = `no Python with ${REQUIREMENTS.join(', ')} (${reason}); install python3 and python3-venv, and allow PyPI`
    if (process.env.CI === 'true') throw new Error(`Interop lane: ${text}`)
    return text
  }
}
