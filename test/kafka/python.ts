// A Python with one package for the samples' tests, kept in .cache/ between runs; else a reason why there is none.
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const CACHE = join(import.meta.dirname, '../../.cache')
const INSTALL_MS = 120_000

export const exec = promisify(execFile)

/** Path of an interpreter that has `requirement` (`name==version`), or why not. With CI=true none is an error. */
export async function findPython(requirement: string): Promise<{ python: string } | string> {
  const home = join(CACHE, `python-${requirement.replace('==', '-')}`)
  const python = join(home, 'bin', 'python')
  if (existsSync(python)) return { python }
  // Moved into place when complete: an interrupted installation leaves nothing that looks like one.
  const draft = `${home}.${process.pid}`
  try {
    mkdirSync(CACHE, { recursive: true })
    await exec('python3', ['-m', 'venv', draft], { timeout: INSTALL_MS })
    await exec(join(draft, 'bin', 'python'), ['-m', 'pip', 'install', '-q', requirement], {
      timeout: INSTALL_MS,
    })
    renameSync(draft, home)
    return { python }
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    const lines = (error as Error).message.split('\n')
    const reason = lines.find((line) => line.startsWith('ERROR: ')) ?? lines[0]
    const text = `no Python with ${requirement} (${reason}); install python3 and python3-venv, and allow PyPI`
    if (process.env.CI === 'true') throw new Error(`Samples: ${text}`)
    return text
  }
}
