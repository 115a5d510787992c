// Bad options and files as they are given on a command line: exit 2 and lines that say what to do, never a stack.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { SEEDS_ROOT } from '../../seeds/load/city.ts'
import { SMALL_CITY } from '../cities.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'huacheng-input-'))
afterAll(() => rmSync(folder, { recursive: true }))

type Outcome = { code: number; out: string; err: string }

function huacheng(line: string, env: Record<string, string> = {}, cwd = ROOT): Promise<Outcome> {
  const args = [join(ROOT, 'huacheng.js'), ...line.split(' ')]
  return new Promise((resolve) => {
    const options = { cwd, env: { ...process.env, ...env }, timeout: 50_000 }
    execFile(process.execPath, args, options, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err })
    })
  })
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const usual = readFileSync(join(SEEDS_ROOT, SMALL_CITY, 'scenarios', 'default.json'), 'utf8')
const plan = readFileSync(join(SEEDS_ROOT, SMALL_CITY, 'plan.json'), 'utf8')
const CITY = `--city ${SMALL_CITY} --for PT1M`
const deep = '['.repeat(5_000)

async function expectRefused(line: string, ...texts: string[]): Promise<void> {
  const { code, out, err } = await huacheng(line)
  for (const text of texts) expect(err).toContain(text)
  expect(err).not.toMatch(/^ +at |node:|file:\/\//m)
  expect({ code, out }).toEqual({ code: 2, out: '' })
}

describe('bad input', () => {
  it.concurrent.each<[string, ...string[]]>([
    [
      `topics ${CITY} --start 2025-02-30T00:00:00+08:00`,
      '--start: "2025-02-30T00:00:00+08:00", expected a day of the calendar: 2025-02 has 28 days',
    ],
    [
      `topics --scenario ${SMALL_CITY}/default/foo/bar`,
      `scenario of ${SMALL_CITY}: "default/foo/bar", expected default`,
    ],
    [`topics ${CITY} --scenario ${folder}/none.json`, 'none.json: no such file'],
    [
      `topics ${CITY} --scenario ${SEEDS_ROOT}/x.json --plan ${folder}`,
      'x.json: no such file',
      `${folder}: a folder, expected a file`,
    ],
    [
      `topics ${CITY} --seed x --scale 99 --partitions 0 --domains rain --start 24:00`,
      '--seed: "x"',
      '--scale: "99"',
      '--partitions: "0"',
      '--domains: "rain"',
      '--start: "24:00"',
    ],
    [`digest ${CITY} --shards 0 --seed -1`, '--shards: "0"', '--seed: "-1"'],
    [
      `events ${CITY} --json --domain rain --from 2025-06-31T00:00:00Z`,
      '--domain: "rain"',
      '--from: "2025-06-31T00:00:00Z"',
    ],
    [`audit --from-file ${folder} ${CITY}`, `${folder}: a folder, expected a file`],
    ['console --brokers 127.0.0.1:1 --port 70000', '--port: "70000"'],
  ])('is refused: %s', (line, ...texts) => expectRefused(line, ...texts))

  it('nesting without end is one line for a scenario, a plan and records', async () => {
    const text = 'more than 64 levels of arrays and objects'
    await Promise.all([
      expectRefused(`topics ${CITY} --scenario ${file('deep.json', `{"title":${deep}`)}`, text),
      expectRefused(`plan ${CITY} --plan ${file('deep-plan.json', `{"targets":${deep}`)}`, text),
      expectRefused(`audit --from-file ${file('deep.jsonl', `{"topic":${deep}`)} ${CITY}`, text),
    ])
  })

  it('bytes that are no text never reach the terminal', async () => {
    const bell = Buffer.from('\u001b[2J\u0007{"a":1}')
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(usual, 'utf16le')])
    const files = { bell, utf16, broken: gzipSync(usual).subarray(0, 50) }
    const expected = {
      bell: 'expected valid JSON',
      utf16: 'UTF-16, expected UTF-8 text',
      broken: 'a damaged gzip archive',
    }
    for (const [name, bytes] of Object.entries(files)) {
      const { code, err } = await huacheng(
        `topics ${CITY} --scenario ${file(`${name}.json`, bytes)}`,
      )
      expect(err).toContain(expected[name as keyof typeof expected])
      expect(err).toMatch(/^[\n -~\u0080-\uffff]*$/)
      expect(code).toBe(2)
    }
  })
})

describe('good input', () => {
  it('a scenario of one’s own, packed or marked, is the city’s own with the same bytes', async () => {
    const own = await huacheng(`digest ${CITY} --json`)
    const packed = file('packed.json', gzipSync(usual))
    const marked = file('marked.json', `\ufeff${usual}`)
    for (const path of [packed, marked]) {
      expect(await huacheng(`digest ${CITY} --json --scenario ${path}`)).toEqual(own)
    }
    expect(own.code).toBe(0)
  })

  it('some domains alone produce what they produce among the others', async () => {
    const [all, some] = await Promise.all([
      huacheng(`events ${CITY} --json --domain parking`),
      huacheng(`events ${CITY} --json --domains parking`),
    ])
    const data = ({ out }: Outcome) => out.replaceAll(/"\/huacheng\/r-[0-9a-f]+\//g, '"')
    expect(some.code).toBe(0)
    expect(data(some)).toBe(data(all))
    expect(data(some).length).toBeGreaterThan(10_000)
  })

  it('paths count from where npm was called', async () => {
    const sub = join(folder, 'sub')
    mkdirSync(sub)
    writeFileSync(join(sub, 'my.json'), plan)
    const env = { INIT_CWD: sub, npm_lifecycle_event: 'start' }
    expect((await huacheng(`plan --city ${SMALL_CITY} --plan my.json`, env)).code).toBe(0)
    expect((await huacheng(`plan --city ${SMALL_CITY} --plan my.json`)).code).toBe(2)
  })
})

describe('an address', () => {
  it.each([
    ['no-such-host.invalid', 'host name, expected an address of this machine'],
    ['203.0.113.7', 'no address of this machine'],
  ])('that cannot be listened on ends the demo: %s', async (host, text) => {
    const token = 'a-token-of-sixteen'
    const { code, err } = await huacheng(`demo ${CITY} --port 0 --host ${host} --token ${token}`)
    expect(err).toContain(`--port 0 on --host ${host}: `)
    expect(err).toContain(text)
    expect(err).not.toMatch(/^ +at /m)
    expect(code).toBe(2)
  })

  it('of the status that is taken is named', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as { port: number }
    const { code, err } = await huacheng(`process --brokers 127.0.0.1:1 --status-port ${port}`)
    taken.close()
    expect(err).toContain(`--status-port ${port} on --status-host 127.0.0.1: the port is taken`)
    expect(code).toBe(2)
  })
})
