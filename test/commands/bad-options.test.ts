// Every option of every command, given something that it cannot take: refused at once with exit code 2, and nothing was started.
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commands } from '../../commands/list.ts'
import {
  type CliCommand,
  type OptionValues,
  SCENARIO_OPTIONS,
} from '../../commands/options/options.ts'
import { Problem } from '../../infra/problem.ts'
import { SMALL_CITY } from '../cities.ts'

const ROOT = join(import.meta.dirname, '..', '..')
/** Long enough for a slow machine to start Node; nobody waits for it who ends. */
const ENDS_MS = 60_000

/** What fits no option; where a text fits anything, its own counter-example. */
const NONSENSE = 'no such\nthing'
const WRONG: Record<string, string> = {
  token: 'too short',
  host: '0.0.0.0',
  plan: '/nonexistent/plan.json',
  'from-file': '/nonexistent/records.jsonl',
  kpis: '/nonexistent/kpis.jsonl',
  'command-config': '/nonexistent/client.properties',
  marks: '/nonexistent/marks.jsonl',
  out: '/nonexistent/recording',
  recordings: '/nonexistent/folder/recordings',
  cues: '/nonexistent/folder/cues',
}
/** Free texts of which only the outside world can say whether they fit. */
const FREE = ['status-host']
/** What else has to be given for an option to count. */
const WITH: Record<string, OptionValues> = {
  kpis: { 'from-file': '/nonexistent/records.jsonl' },
}

/** With brokers they read a run, without them they simulate one. */
const READS_OR_SIMULATES = ['events', 'kpis', 'digest', 'audit']
/** Of `events`; with brokers they are held against the run that is there. */
const FILTERS = ['domain', 'type', 'district', 'from', 'until']
const SIMULATION = [
  ...Object.keys(SCENARIO_OPTIONS),
  ...['commands', 'shards', 'from-file', 'kpis'],
  ...FILTERS,
]

const SMALL = { city: SMALL_CITY }

/** A broker that accepts and never answers: who asks it before the options were looked at, waits. */
const silent = createServer(() => {})
let brokers = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  brokers = `127.0.0.1:${(silent.address() as { port: number }).port}`
})
afterAll(() => silent.close())

const all: CliCommand[] = await Promise.all(Object.values(commands).map(({ load }) => load()))
const cases = all.flatMap((command) =>
  Object.entries(command.options)
    .filter(([name, option]) => option.type === 'string' && !FREE.includes(name))
    // The doctor says what is wrong with an address, instead of refusing it.
    .filter(([name]) => !(command.name === 'doctor' && name === 'host'))
    // Secrets and names that only the city can judge.
    .filter(([name]) => !(command.options.url && ['token', 'target', 'id', 'args'].includes(name)))
    .map(([name]) => ({ command, name, title: `${command.name} --${name}` })),
)

describe('a bad option', () => {
  it.each(cases)(
    '$title is refused before anything starts',
    async ({ command, name }) => {
      const simulates = READS_OR_SIMULATES.includes(command.name) && SIMULATION.includes(name)
      const asksKafka = command.options.brokers !== undefined && !simulates && name !== 'brokers'
      const takesCity = command.options.city && (!asksKafka || command.name === 'produce')
      const values: OptionValues = {
        ...(asksKafka ? { brokers } : {}),
        ...(command.name === 'events' ? { json: true } : {}),
        // A small city, so that the option costs no time that comes after it.
        ...(takesCity && !['brokers', 'city', 'scenario'].includes(name) ? SMALL : {}),
        ...WITH[name],
        [name]: WRONG[name] ?? NONSENSE,
      }
      const error = await command.run(values).then(
        () => null,
        (e: unknown) => e,
      )
      expect(error).toBeInstanceOf(Problem)
      expect((error as Problem).exitCode).toBe(2)
      // By its name, or by what was given.
      expect((error as Problem).message).toMatch(
        new RegExp(`${name}|${WRONG[name] ?? 'no such'}`, 'i'),
      )
    },
    20_000,
  )
})

/** Runs it as a user would; a process that does not end is ended, and that shows. */
function ends(...args: string[]): Promise<{ code: number | null; err: string; out: string }> {
  const env = { ...process.env, KAFKA_BROKERS: brokers }
  const child = spawn(process.execPath, ['huacheng.js', ...args], { cwd: ROOT, env })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), ENDS_MS)
  return new Promise((resolve) => {
    child.once('close', (code) => {
      clearTimeout(timer)
      resolve({ code, err, out })
    })
  })
}

describe('a program with bad options', () => {
  it.each([
    ['demo', '--port', 'eighty', '--city', SMALL_CITY],
    ['demo', '--host', '0.0.0.0', '--city', SMALL_CITY],
    ['demo', '--published', 'here', '--city', SMALL_CITY],
    ['demo', '--origin', 'city.example', '--city', SMALL_CITY],
    ['demo', '--scale', '99', '--city', SMALL_CITY],
    ['console', '--port', 'eighty'],
    ['console', '--token', 'short'],
    ['produce', '--shard', '2/2'],
    ['process', '--status-port', '99999'],
    ['process', '--session-timeout', 'long'],
  ])(
    'ends with 2 and one line that says why: %s %s %s',
    async (...args) => {
      const { code, err, out } = await ends(...args)
      expect(err).toContain(args[1].slice(2))
      expect(err).not.toMatch(/\n\s+at /)
      expect([code, out]).toEqual([2, ''])
    },
    ENDS_MS + 10_000,
  )

  it(
    'hears of all of them at once',
    async () => {
      const demo = await ends(
        'demo',
        '--port',
        'x',
        '--published',
        'y',
        '--scale',
        'z',
        '--log-level',
        'w',
      )
      expect(demo.code).toBe(2)
      for (const what of [/port/, /published/, /scale/, /log level|log-level/])
        expect(demo.err).toMatch(what)
      const produce = await ends(
        'produce',
        '--shard',
        'x',
        '--prefix',
        '!',
        '--status-port',
        'y',
        '--compression',
        'z',
        '--seed',
        'w',
      )
      expect(produce.code).toBe(2)
      for (const what of [/shard/, /prefix/, /status-port/, /compression/, /seed/]) {
        expect(produce.err).toMatch(what)
      }
    },
    2 * ENDS_MS,
  )
})
