// `huacheng status`: run, clock, lag, ledger and alerts in one screen, without a browser.
import { realClock } from '../../infra/clock.ts'
import { printLine } from '../../infra/program/standard-output.ts'
import type { CliCommand } from '../options/options.ts'
import { CITY_OPTIONS, openCity } from './city-api.ts'
import { readState, stateText } from './city-state.ts'
import { settled } from './city-wait.ts'

export const status: CliCommand = {
  name: 'status',
  about: `
Asks a running console or demo (--url), or the topics themselves (--brokers), and prints one screen, or one JSON object.
Lag is sim time from the last tick that was simulated to what every task has read. Exit code 0 when there is an answer,
also from a city that is not ready, which is said; 1 when nobody answers.`,
  options: {
    ...CITY_OPTIONS,
    json: { type: 'boolean', text: 'machine-readable output' },
  },
  examples: [
    'npx huacheng status',
    'npx huacheng status --brokers 127.0.0.1:9092 --json | jq .ledger.unexplained',
  ],
  async run(values) {
    const api = await openCity(values)
    try {
      const state = await settled(() => readState(api, realClock.now()))
      printLine(values.json ? JSON.stringify(state) : stateText(state))
    } finally {
      await api.close()
    }
  },
}
