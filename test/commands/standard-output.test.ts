// A full disk under standard output is heard by every command, and a reader that leaves ends it quietly.
import { execFile, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { version } from '../../infra/version.ts'
import { SMALL_CITY } from '../cities.ts'
import { repositoryFiles } from '../repository.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const SMALL = `--city ${SMALL_CITY} --for PT1M`
const FULL = '/dev/full'
const PARTS = /^(cli\.ts|(commands|infra|seeds|producers|processor|console\/server|audit)\/)/
/** Writes a file of its own and is run by hand. */
const BY_HAND = 'seeds/geography/build-geo.ts'

function intoFull(args: string[]): Promise<{ code: number | null; err: string }> {
  const fd = openSync(FULL, 'w')
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['huacheng.js', ...args], {
      cwd: ROOT,
      stdio: ['ignore', fd, 'pipe'],
    })
    closeSync(fd)
    let err = ''
    child.stderr!.on('data', (chunk) => {
      err += chunk
    })
    child.once('close', (code) => resolve({ code, err }))
  })
}

function shell(script: string): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, NODE: process.execPath }
    execFile('bash', ['-c', script], { cwd: ROOT, env }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err })
    })
  })
}

describe('standard output', () => {
  it('has one door', () => {
    const others = [...repositoryFiles()].filter(
      ([path, text]) =>
        PARTS.test(path) && path !== BY_HAND && /console\.(log|info)\(|process\.stdout/.test(text),
    )
    expect(others.map(([path]) => path)).toEqual([])
  })

  describe.runIf(existsSync(FULL))('on a full disk', () => {
    it.concurrent.each([
      '--help',
      '--version',
      'digest --help',
      'audit --help',
      'produce --help',
      'scenarios',
      'scenarios --json',
      'topics',
      'plan',
      'plan --json',
      `catalogue --city ${SMALL_CITY}`,
      `digest ${SMALL}`,
      `digest ${SMALL} --json`,
      `events ${SMALL}`,
      `events ${SMALL} --json`,
      `kpis ${SMALL}`,
      'contracts',
    ])('fails: %s', async (line) => {
      expect(await intoFull(line.split(' '))).toEqual({
        code: 1,
        err: 'standard output: no space left, expected room on the disk; make room, then run it again\n',
      })
    })
  })

  it('that nobody reads any more ends a command quietly', async () => {
    const script = `set -o pipefail; "$NODE" huacheng.js events ${SMALL} --json | head -1`
    const { code, out, err } = await shell(script)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out.split('\n')).toHaveLength(2)
  })

  it('that nobody reads any more takes no exit code away', async () => {
    const made = `"$NODE" huacheng.js events ${SMALL} --meta --json`
    const broken = `${made} | sed 200d > "$T"`
    const check = `"$NODE" huacheng.js audit --from-file "$T" ${SMALL} --first 1000`
    const script = `T=$(mktemp); ${broken}; ( ${check}; echo $? >&2 ) | true; rm "$T"`
    const { err } = await shell(script)
    expect(err.trim().split('\n').at(-1)).toBe('99')
  })
})

describe('the version', () => {
  it.each(['--version', '-v', 'version'])('is printed by %s', async (word) => {
    const printed = await shell(`"$NODE" huacheng.js ${word}`)
    expect(printed).toEqual({ code: 0, err: '', out: `${version}\n` })
  })
})
