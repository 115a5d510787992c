// `huacheng command <name>`: sends one command to a running city and waits for its answer.
import { randomUUID } from 'node:crypto'
import { realClock } from '../../infra/clock.ts'
import { allOf, Problem, problemText } from '../../infra/problem.ts'
import { EXIT_FAILED } from '../../infra/program/exit-codes.ts'
import { printLine } from '../../infra/program/standard-output.ts'
import { type CliCommand, wordsOf } from '../options/options.ts'
import { CITY_OPTIONS, checkCity, openCity } from './city-api.ts'
import { readState } from './city-state.ts'
import { settled } from './city-wait.ts'

export const command: CliCommand = {
  name: 'command',
  about: `
Sends any command of the run (clock.pause, clock.resume, clock.speed, clock.jump, run.stop, run.restart), of a replay
(replay.step, replay.next, replay.loop) or of an asset
(--target; a domain's commands stand in its declaration, /api/run) and prints what came of it. Arguments are key=value
words, or --args with JSON. The same --id again gives the same answer and nothing else. Exit code 0 when the city
accepted it, 1 when it refused or did not answer.`,
  words: { value: 'name [key=value ...]', text: 'of the command, and its arguments' },
  options: {
    ...CITY_OPTIONS,
    target: { type: 'string', value: 'id', text: 'the asset that is commanded' },
    args: { type: 'string', value: 'json', text: 'arguments as one JSON object' },
    id: { type: 'string', value: 'text', text: 'of this command; default a new one' },
    json: { type: 'boolean', text: 'machine-readable output' },
  },
  examples: [
    'npx huacheng command clock.resume',
    'npx huacheng command clock.speed speed=60 --url http://127.0.0.1:8080',
    'npx huacheng command clock.jump to=2025-06-18T18:00:00+08:00 --brokers 127.0.0.1:9092',
  ],
  async run(values) {
    const [word, ...words] = wordsOf(values)
    const { name, args } = allOf('huacheng command', {
      city: () => checkCity(values),
      name() {
        if (word !== undefined) return word
        throw new Problem(problemText('huacheng command', 'no name', 'one such as clock.pause'))
      },
      args: () => ({ ...argsOption(values.args as string | undefined), ...argsOf(words) }),
    })
    const { target } = values
    const id = (values.id as string) ?? randomUUID()
    const api = await openCity(values)
    try {
      await settled(() => readState(api, realClock.now()))
      const sent = { id, name, args, ...(target === undefined ? {} : { target }) }
      const { status, body } = await api.ask('/api/commands', sent)
      const { ok, effectiveAt, message, error } = body as Record<string, string | boolean>
      if (values.json) printLine(JSON.stringify(body))
      if (status === 200 && ok) {
        if (!values.json)
          printLine(`${name}: accepted${effectiveAt ? `, counts from ${effectiveAt}` : ''}`)
        return
      }
      throw new Problem(
        `${name}: HTTP ${status}, ${message ?? error}, expected to be accepted`,
        EXIT_FAILED,
      )
    } finally {
      await api.close()
    }
  },
}

function argsOption(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {}
  const value = fromJson(text)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>
  }
  throw new Problem(problemText('--args', text, `a JSON object such as '{"speed": 60}'`))
}

/** `speed=60`: what is JSON is that, anything else a text. */
function argsOf(words: string[]): Record<string, unknown> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=')
      if (at < 1) throw new Problem(problemText('huacheng command', `"${word}"`, 'key=value'))
      const text = word.slice(at + 1)
      return [word.slice(0, at), fromJson(text) ?? text]
    }),
  )
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // a text
  }
}
