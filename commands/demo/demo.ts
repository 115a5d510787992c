// `huacheng demo` (`npm start`): the whole city in one process on the in-memory log.
import { realClock } from '../../infra/clock.ts'
import { Problem } from '../../infra/problem.ts'
import { openBrowser } from '../../infra/program/open-browser.ts'
import { printLine } from '../../infra/program/standard-output.ts'
import { type CliCommand, SCENARIO_OPTIONS } from '../options/options.ts'
import { PAGE_OPTIONS } from '../options/page-options.ts'

function banner(url: string): string {
  const line = '═'.repeat(url.length + 8)
  return `
  ╔${line}╗
  ║    ${url}    ║
  ╚${line}╝
  On the page ? lists all keys · 按 ? 查看全部快捷键
  花城 Huacheng · 模拟数据 SIMULATED DATA · Ctrl-C stops
`
}

export const demo: CliCommand = {
  name: 'demo',
  about: `
Producers, processor and console in one process on the in-memory log: the same code that runs on Kafka, nothing else
installed. With the first command to the city, or the first incident, a twin begins beside it: the same city without
any. Builds the web page when it is stale and prints its address; a taken port is replaced by the next free one.`,
  options: {
    ...SCENARIO_OPTIONS,
    speed: { type: 'string', value: 'x', text: 'sim seconds per wall second at the start, or max' },
    ...PAGE_OPTIONS,
    open: { type: 'boolean', text: 'show the page in the browser' },
    'no-truth': { type: 'boolean', text: 'leave the truth stream out' },
    'no-twin': {
      type: 'boolean',
      text: 'no twin that shows what would be if nobody had acted',
    },
    'no-kept-cues': {
      type: 'boolean',
      text: 'keep the city nowhere: going to a cue simulates up to there, for less memory',
    },
    cues: {
      type: 'string',
      value: 'folder',
      text: 'prepare cues that the run has not passed, by another process of low priority, and keep them there',
    },
    prepare: {
      type: 'boolean',
      text: 'prepare the cues of the scenario, in data/cues or --cues, say what that took, and end',
    },
    recordings: {
      type: 'string',
      value: 'folder',
      text: 'where what is recorded on the page is written',
      default: 'data/recordings',
    },
    marks: {
      type: 'string',
      value: 'file',
      text: 'write when events of map frames passed each stage (load/event-to-pixel.ts reads it)',
    },
    'log-level': {
      type: 'string',
      value: 'level',
      text: 'debug, info, warn or error',
      default: 'warn',
    },
  },
  examples: [
    'npm start',
    'npx huacheng demo --speed 60 --port 9000',
    'npx huacheng demo --scale 0.1',
    'npx huacheng demo --scenario three-minutes --prepare',
  ],
  async run(values) {
    if (values.json)
      throw new Problem('--json: demo prints no data; use `npx huacheng kpis --json`')
    if (values.prepare) {
      const { prepareCues } = await import('./prepared/prepare-cues.ts')
      return prepareCues(values)
    }
    const [{ buildWebIfStale }, { startDemo }, { standGuard }] = await Promise.all([
      import('../wiring/web-build.ts'),
      import('./demo-start.ts'),
      import('../../infra/program/last-guard.ts'),
    ])
    const city = await startDemo(values, {
      prepare: buildWebIfStale,
      preparesCues: values.cues !== undefined,
    })
    const guard = standGuard({ ...city, clock: realClock, after: 'go-on' })
    try {
      printLine(banner(city.url))
      if (values.open) {
        openBrowser(city.url, (why) => printLine(`browser: ${why}; open ${city.url} by hand`))
      }
      const signal = new Promise<void>((resolve) => {
        process.once('SIGINT', resolve)
        process.once('SIGTERM', resolve)
      })
      await Promise.race([signal, city.failed, guard.done])
    } finally {
      await city.stop()
      await guard.stop()
    }
  },
}
