// `huacheng scenarios`: lists them; `huacheng scenarios check FILE…` says what is wrong with files, or what they will do.
import { Problem, problemText } from '../../infra/problem.ts'
import { printLine } from '../../infra/program/standard-output.ts'
import { formatDuration, isoTime } from '../../infra/time.ts'
import type { Scenario } from '../../seeds/contract.ts'
import { cityNames } from '../../seeds/load/city.ts'
import { listScenarios, loadScenario } from '../../seeds/scenario/scenario.ts'
import { type CliCommand, SCENARIO_OPTIONS, wordsOf } from '../options/options.ts'
import { checkFiles, checkText, checkWords } from './check.ts'

export const scenarios: CliCommand = {
  name: 'scenarios',
  about: `
The scenarios of every city (seeds/<city>/scenarios) with title, start, duration, window, speed and scale.
\`check\` reads files of your own or the city's: all that is wrong with any of them at once (exit code 2), or else what each
will do: incidents with times, places and the assets within, faults, cues, digest and run id. Fields: docs/scenarios.md.`,
  words: {
    value: 'check FILE…',
    text: 'a scenario file by its path, or a scenario by its name, e.g. rainstorm or testville/storm',
  },
  options: {
    city: {
      type: 'string',
      value: 'name',
      text: 'list this city’s only; with check, whose a file of your own is (else the usual city’s)',
    },
    json: SCENARIO_OPTIONS.json,
  },
  examples: [
    'npx huacheng scenarios',
    'npx huacheng scenarios --json',
    'npx huacheng scenarios check rainstorm',
    'npx huacheng scenarios check seeds/testville/scenarios/storm.json ./my.json',
  ],
  async run(values) {
    const words = wordsOf(values)
    const city = values.city as string | undefined
    const cities = cityNames()
    if (city !== undefined && !cities.includes(city)) {
      throw new Problem(problemText('--city', `"${city}"`, `one of ${cities.join(', ')}`))
    }
    if (words.length > 0) {
      for (const checked of checkFiles(checkWords(words), values)) {
        printLine(values.json ? JSON.stringify(checked) : checkText(checked))
      }
      return
    }
    const all = listScenarios()
      .filter((name) => city === undefined || name.startsWith(`${city}/`))
      .map((name) => loadScenario(name, {}))
    if (values.json) printLine(JSON.stringify(all.map(listed)))
    else for (const scenario of all) printLine(listedText(scenario))
  },
}

function listed(s: Scenario) {
  return {
    name: s.name,
    city: s.city,
    title: s.title,
    seed: s.seed,
    start: isoTime(s.start),
    duration: formatDuration(s.durationMs),
    window: formatDuration(s.windowMs),
    tick: formatDuration(s.tickMs),
    speed: s.speed,
    scale: s.scale,
    domains: s.domains,
    incidents: s.incidents.map(({ id, kind }) => ({ id, kind })),
    faults: s.faults.length,
    cues: s.cues.length,
    digest: s.digest,
    run: s.runId,
  }
}

function listedText(s: Scenario): string {
  const happens = s.incidents.map(({ kind }) => kind).join(', ')
  return (
    `${`${s.city}/${s.name}`.padEnd(24)} ${s.title.zh} / ${s.title.en}\n${''.padEnd(25)}` +
    `${isoTime(s.start)} for ${formatDuration(s.durationMs)}, window ${formatDuration(s.windowMs)}, ` +
    `speed ${s.speed}, scale ${s.scale}${happens ? `; ${happens}` : ''}`
  )
}
