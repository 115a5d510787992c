// `huacheng load`: the city's events against somebody's pipeline, open loop from intended times, with a verdict.
import { fineClock } from '../../infra/clock.ts'
import { createMetrics } from '../../infra/metrics.ts'
import { EXIT_DIFFERS, EXIT_DONE, EXIT_INVALID } from '../../infra/program/exit-codes.ts'
import { printLine } from '../../infra/program/standard-output.ts'
import { type FoundRate, findRate, verdictOf } from '../../load/judge/find-rate.ts'
import { loadOf } from '../../load/plan/shapes.ts'
import type { LoadReport } from '../../load/report/report-schema.ts'
import { summaryLines } from '../../load/report/summary.ts'
import type { CliCommand, OptionValues } from '../options/options.ts'
import { createProgress } from '../output/progress.ts'
import { openStatus } from '../wiring/status-port.ts'
import { watchLoad } from './load-metrics.ts'
import { LOAD_OPTIONS, type LoadOptions, readLoadOptions } from './load-options.ts'
import { loadReport, writeReport } from './load-report.ts'
import { LoadTest, type PlayedLoad } from './load-run.ts'

const PROGRESS_MS = 500
const EXITS: Record<LoadReport['verdict'], number> = {
  pass: EXIT_DONE,
  fail: EXIT_DIFFERS,
  invalid: EXIT_INVALID,
}

export const load: CliCommand = {
  name: 'load',
  about: `
Sends the city's own events at a rate or in a shape, each at the time that the plan means, whatever the brokers do (open
loop), and says how long after that time it was sent, acknowledged and, with --sink, seen at the far end. So a stall costs
everything that it held up, not one event. A generator that is late itself (send delay p99 above 10 ms) makes the run INVALID.
The city's time goes as fast as the rate needs: the bytes are those of any run with this scenario and seed, in order, with
ticks and chains, so that \`process\`, \`digest\` and \`audit\` can check them; --pad, --flat and --skew give that up, and then
only events are sent. Verdict first; exit 0 pass, 99 threshold crossed, 3 invalid.`,
  options: LOAD_OPTIONS,
  examples: [
    'npx huacheng load --memory --rate 5k --for 10s',
    'npx huacheng load --brokers 127.0.0.1:9092 --rate 20k --for 5m --group my-app --threshold "ack p99<50ms" --out report',
    "npx huacheng load --brokers 127.0.0.1:9092 --rate 10k --for 60s --sink my-topic --match '$.id' --find --slo 'p99<500ms'",
  ],
  async run(values) {
    const options = readLoadOptions(values)
    const test = await LoadTest.open(values, options)
    const { report, played } = await tested(values, options, test)
    if (options.out !== undefined) writeReport(options.out, report, played)
    if (values.json) printLine(JSON.stringify(report, null, 2))
    else for (const line of summaryLines(report)) printLine(line)
    if (options.out !== undefined && !values.json) printLine(`written: ${values.out}/report.html`)
    process.exitCode = EXITS[report.verdict]
  },
}

async function tested(values: OptionValues, options: LoadOptions, test: LoadTest) {
  const metrics = createMetrics()
  watchLoad(metrics, test)
  const status = await openStatus(values, metrics, () => [])
  if (status) console.error(`metrics at ${status.url}/metrics`)
  const endProgress = showProgress(test)
  try {
    const { played, found } = await (options.finds ? searched(options, test) : once(options, test))
    const command = `huacheng load ${process.argv.slice(3).join(' ')}`
    const endedAt = fineClock.now()
    return { report: loadReport({ test, options, played, found, command, endedAt }), played }
  } finally {
    endProgress()
    await status?.close()
    await test.close()
  }
}

async function once({ load: asked, warmUpMs }: LoadOptions, test: LoadTest) {
  return { played: await test.play(asked, warmUpMs), found: null }
}

/** Each rate is a load of its own, behind the one before it in the city's time. */
async function searched(options: LoadOptions, test: LoadTest) {
  const { load: asked, warmUpMs, slos, sendDelayMs } = options
  let newest: PlayedLoad | null = null
  let atFound: PlayedLoad | null = null
  const found: FoundRate = await findRate({
    first: asked.plan.peak,
    async measure(rate) {
      await test.recover(rate)
      const step = loadOf({ rate: String(rate), length: `${asked.plan.durationMs}ms` })
      newest = await test.play(step, warmUpMs)
      const verdict = verdictOf(newest.figures, slos, sendDelayMs)
      if (verdict.verdict === 'sustained') atFound = newest
      return verdict
    },
    told: ({ phase, rate, verdict, why }) =>
      console.error(`${phase} ${rate}/s: ${verdict}${why.length > 0 ? `, ${why.join('; ')}` : ''}`),
  })
  return { played: (found.rate === null ? newest : atFound)!, found }
}

/** How far it is, on a terminal; the returned function ends that. */
function showProgress({ session, lag }: LoadTest): () => void {
  const progress = createProgress()
  let cancel = fineClock.schedule(PROGRESS_MS, look)
  function look(): void {
    cancel = fineClock.schedule(PROGRESS_MS, look)
    const { all, ack, send } = session.measured
    progress.show(
      () =>
        `${all.acked.toLocaleString('en')} of ${all.sent.toLocaleString('en')} events acknowledged, ` +
        `ack p99 ${(ack.quantile(0.99) ?? 0).toFixed(0)} ms, send delay p99 ${(send.quantile(0.99) ?? 0).toFixed(1)} ms` +
        (lag ? `, lag ${(lag.now ?? 0).toLocaleString('en')}` : ''),
    )
  }
  return () => {
    cancel()
    progress.end()
  }
}
