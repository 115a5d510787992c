// The offline bundle on a machine that has neither Node nor network: a bare container shows the city, with the same digest.
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LedgerReading } from '../../processor/contract/types.ts'
import { noCompose } from './engine.ts'
import { eventually } from './stack.ts'

const ROOT = join(import.meta.dirname, '../..')
const BARE = 'debian:bookworm-slim'
const SYSTEM = `linux-${process.arch}`
const DIGEST = ['digest', '--for', 'PT1M', '--scale', '0.01']
const run = promisify(execFile)

const reason = noCompose()
if (reason !== null) {
  if (process.env.CI === 'true') throw new Error(`Compose lane: ${reason}`)
  console.warn(`Compose lane NOT run: ${reason}`)
}

async function bundled(folder: string): Promise<string> {
  const args = ['tools/bundle/bundle.ts', '--system', SYSTEM, '--out', folder]
  await run(process.execPath, args, { cwd: ROOT, timeout: 240_000 })
  const zip = readdirSync(folder).find((name) => name.endsWith('.zip'))
  return join(folder, zip!)
}

describe.skipIf(reason !== null)('npm run bundle', () => {
  const container = `huacheng-bundle-${randomUUID().slice(0, 8)}`
  const folder = mkdtempSync(join(tmpdir(), 'huacheng-bundle-'))
  let top = ''

  const docker = (...args: string[]): string =>
    execFileSync('docker', args, { encoding: 'utf8', timeout: 120_000 })
  const inside = (...args: string[]): string => docker('exec', container, ...args)
  const get = (path: string): string => {
    const script = `fetch('http://127.0.0.1:8080${path}').then(async (r) => console.log(r.status, await r.text()), (e) => console.log(0, String(e.cause ?? e)))`
    return inside('/bundle/node/node', '-e', script)
  }

  beforeAll(async () => {
    const zip = await bundled(folder)
    execFileSync('unzip', ['-q', zip, '-d', folder])
    top = join(folder, readdirSync(folder).find((name) => !name.endsWith('.zip'))!)
    const start = ['sh', '-c', 'sleep 600']
    docker('create', '--name', container, '--network', 'none', BARE, ...start)
    docker('start', container)
    docker('cp', top, `${container}:/bundle`)
  }, 400_000)

  afterAll(() => {
    spawnSync('docker', ['rm', '--force', container], { timeout: 60_000 })
    rmSync(folder, { recursive: true, force: true })
  }, 100_000)

  it('lets a double click start it: starter and Node are programs, what a person reads is not', () => {
    const isProgram = (name: string) => (statSync(join(top, name)).mode & 0o111) !== 0
    expect(['start-huacheng.sh', 'node/node'].filter(isProgram)).toHaveLength(2)
    expect(['README.txt', 'app/huacheng.js'].filter(isProgram)).toEqual([])
    expect(readFileSync(join(top, 'README.txt'), 'utf8')).toContain('模拟数据')
  })

  it('stands in a container without Node and without network', () => {
    const { status } = spawnSync('docker', ['exec', container, 'sh', '-c', 'command -v node'])
    expect(status).not.toBe(0)
    expect(inside('ls', '/sys/class/net').trim()).toBe('lo')
  })

  it('simulates the same city there, byte by byte', async () => {
    const here = await run(process.execPath, ['huacheng.js', ...DIGEST], { cwd: ROOT })
    const there = inside('/bundle/node/node', '/bundle/app/huacheng.js', ...DIGEST)
    expect(there).toBe(here.stdout)
    expect(there).toMatch(/[0-9a-f]{64}/)
  }, 120_000)

  it('shows a moving city, every event accounted for', async () => {
    docker('exec', '--detach', container, '/bundle/start-huacheng.sh', '--scale', '0.05')
    await eventually('the page', async () => get('/').startsWith('200'))
    expect(get('/')).toContain('<script type="module"')
    const ledgers = () => JSON.parse(get('/api/ledger').slice(4)) as LedgerReading[]
    await eventually('events', async () => {
      const answer = get('/api/ledger')
      return answer.startsWith('200') && ledgers().reduce((sum, l) => sum + l.produced, 0) > 1000
    })
    expect(ledgers().filter(({ unexplained }) => unexplained !== 0)).toEqual([])
  }, 120_000)
})
