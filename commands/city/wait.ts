// `huacheng wait`: returns when a running city is ready, as far as asked, over, or without a lag.
import { realClock } from '../../infra/clock.ts'
import { allOf, Problem, problemText } from '../../infra/problem.ts'
import { EXIT_FAILED } from '../../infra/program/exit-codes.ts'
import { printLine } from '../../infra/program/standard-output.ts'
import { isoTime, parseInstant } from '../../infra/time.ts'
import { type CliCommand, numberOption, type OptionValues } from '../options/options.ts'
import { createProgress } from '../output/progress.ts'
import { CITY_OPTIONS, type CityApi, checkCity, openCity } from './city-api.ts'
import { readState } from './city-state.ts'
import { type Condition, waitFor } from './city-wait.ts'

const DEFAULT_LIMIT_S = 60
const MOST_S = 7 * 86_400

export const wait: CliCommand = {
  name: 'wait',
  about: `
Looks twice a second until everything that is asked for holds at once. --sim-time and --lag speak of what every task has
read: whoever waits for them finds the readings. Exit code 0 when it holds, 1 when it does not within --timeout; the
last line says what was seen.`,
  options: {
    ...CITY_OPTIONS,
    ready: { type: 'boolean', text: 'the city says that it is ready (/health)' },
    ended: { type: 'boolean', text: 'the run is over' },
    'sim-time': {
      type: 'string',
      value: 'instant',
      text: 'every task has read up to this sim time',
    },
    lag: {
      type: 'string',
      value: 's',
      text: 'no task is more sim seconds than this behind the last tick',
    },
    timeout: { type: 'string', value: 's', text: 'wall seconds', default: String(DEFAULT_LIMIT_S) },
  },
  examples: [
    'npx huacheng wait --ready',
    'npx huacheng wait --ended --lag 0 --timeout 600 --brokers 127.0.0.1:9092 && npx huacheng audit --brokers 127.0.0.1:9092',
  ],
  async run(values) {
    const { conditions, limitS } = allOf('huacheng wait', {
      city: () => checkCity(values),
      conditions: () => conditionsOf(values),
      limitS: () => numberOption(values, 'timeout', 0, MOST_S) ?? DEFAULT_LIMIT_S,
    })
    let api: CityApi | null = null
    const read = async () => {
      api ??= await openCity(values)
      return readState(api, realClock.now())
    }
    const progress = createProgress()
    try {
      const missing = await waitFor(conditions, read, {
        limitMs: limitS * 1000,
        onLook: (lacks) => progress.show(() => `waits for ${lacks.join('; ')}`),
      })
      progress.end()
      if (missing.length > 0) {
        throw new Problem(`not within ${limitS} s: ${missing.join('; ')}`, EXIT_FAILED)
      }
      printLine(conditions.map((c) => c.name).join(', '))
    } finally {
      progress.end()
      await (api as CityApi | null)?.close()
    }
  },
}

/** At least one. */
export function conditionsOf(values: OptionValues): Condition[] {
  const conditions: Condition[] = []
  const { simTime, lag } = allOf('huacheng wait', {
    simTime: () =>
      values['sim-time'] === undefined
        ? null
        : parseInstant(values['sim-time'] as string, '--sim-time'),
    lag: () => numberOption(values, 'lag', 0, MOST_S),
  })
  if (values.ready) {
    conditions.push({ name: 'ready', holds: (s) => s.ready || s.reasons.join('; ') })
  }
  if (values.ended) {
    conditions.push({
      name: 'ended',
      holds: ({ run }) =>
        run?.status === 'ended' || (run ? `${run.status} at ${run.simTime}` : 'no run'),
    })
  }
  if (simTime !== null) {
    conditions.push({
      name: `sim time ${isoTime(simTime)}`,
      holds: ({ watermark }) =>
        (watermark !== null && Date.parse(watermark) >= simTime) ||
        (watermark ?? 'not every task reports'),
    })
  }
  if (lag !== undefined) {
    conditions.push({
      name: `lag ${lag}`,
      holds: (s) =>
        (s.lag !== null && s.lag <= lag) || (s.lag === null ? 'not known yet' : `${s.lag} s`),
    })
  }
  if (conditions.length > 0) return conditions
  throw new Problem(
    problemText(
      'huacheng wait',
      'nothing to wait for',
      'one of --ready, --ended, --sim-time, --lag',
    ),
  )
}
