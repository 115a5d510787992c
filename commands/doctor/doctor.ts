// `huacheng doctor`: looks at this machine, and at a cluster when one is named, and says what to do.
import { join } from 'node:path'
import { realClock } from '../../infra/clock.ts'
import { EXIT_DONE, EXIT_FAILED } from '../../infra/program/exit-codes.ts'
import { printLine } from '../../infra/program/standard-output.ts'
import { type Environment, environment } from '../options/environment.ts'
import { type CliCommand, hostOption, numberOption, type OptionValues } from '../options/options.ts'
import { PAGE_OPTIONS } from '../options/page-options.ts'
import { connectionOf, KAFKA_OPTIONS } from '../wiring/on-kafka.ts'
import { browser } from './browser.ts'
import { type CheckResult, checkText, type DoctorCheck, runCheck } from './check.ts'
import { docker } from './docker.ts'
import { kafka } from './kafka.ts'
import { chineseFont, disk, nodeVersion, port } from './machine.ts'
import { speed } from './speed.ts'

const ROOT = join(import.meta.dirname, '../..')
const DEFAULT_PORT = 8080

/** In the order in which they are printed; the speed comes last, because it holds the processor. */
function checksOf(values: OptionValues, env: Environment): DoctorCheck[] {
  const wanted = numberOption({ port: env.PORT, ...values }, 'port', 1, 65_535, true)
  const isNamed = [values.brokers, values['command-config'], env.KAFKA_BROKERS].some(Boolean)
  return [
    nodeVersion(),
    port(hostOption('--host', (values.host as string) ?? env.HOST), wanted ?? DEFAULT_PORT),
    disk(ROOT),
    browser(env),
    chineseFont(),
    docker(),
    kafka(isNamed ? connectionOf(values) : null),
    speed(realClock),
  ]
}

/** The exit code. */
export function verdict(checked: CheckResult[]): number {
  return checked.some((c) => c.isEssential && c.state === 'wrong') ? EXIT_FAILED : EXIT_DONE
}

export const doctor: CliCommand = {
  name: 'doctor',
  about: `
Node, a port for the page, disk, a browser with WebGL2, a Chinese font, Docker, Kafka when --brokers names one, and the
speed that this machine reaches. ✓ is fine, ✗ is wrong, – is not checked or not needed; → says what to do. Each check has
a time limit; all of them take about ten seconds. Exit code 1 when Node, port, disk or the named cluster is wrong.`,
  options: {
    ...KAFKA_OPTIONS,
    port: PAGE_OPTIONS.port,
    host: PAGE_OPTIONS.host,
    json: { type: 'boolean', text: 'machine-readable output' },
  },
  examples: ['npx huacheng doctor', 'npx huacheng doctor --brokers 127.0.0.1:9092 --json'],
  async run(values) {
    const checks = checksOf(values, environment())
    const width = Math.max(...checks.map((check) => check.name.length))
    const checked: CheckResult[] = []
    for (const check of checks) {
      const result = await runCheck(check, realClock)
      checked.push(result)
      if (!values.json) printLine(checkText(result, width))
    }
    process.exitCode = verdict(checked)
    if (values.json)
      printLine(JSON.stringify({ ok: process.exitCode === EXIT_DONE, checks: checked }))
  },
}
