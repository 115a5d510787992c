// `huacheng kpis`: the final readings of a scenario, computed from event bytes by the real tasks and merge; or of a run on Kafka.
import { EXIT_DIFFERS } from '../infra/program/exit-codes.ts'
import type { KpiReading } from '../processor/contract/types.ts'
import type { Ledger } from '../producers/contract/records.ts'
import type { Plan } from '../seeds/contract.ts'
import { loadCity } from '../seeds/load/city.ts'
import { type CliCommand, type OptionValues, SCENARIO_OPTIONS } from './options/options.ts'
import { createPrinter, type Printer } from './output/print.ts'
import { COMMANDS_OPTION } from './recordings/command-file.ts'
import { readFinals } from './recordings/final-readings.ts'
import { isRecorded, RECORDED_OPTIONS, withRecordedRun } from './recordings/recorded-run.ts'
import { computeRun } from './wiring/computed-run.ts'
import { openWorld, type World } from './wiring/world.ts'

/**
 * Runs the scenario to its end, or until it is enough (asked after each sim minute); `onReading` gets every final reading
 * in the order in which it became final.
 */
export function computeKpis(
  world: World,
  onReading: (reading: KpiReading) => void,
  isEnough?: () => boolean,
) {
  return computeRun(world, { reading: onReading, isEnough })
}

/** Final window records as they come; of the day records only the last per KPI and date. */
function onlyLastDays(print: (reading: KpiReading) => void) {
  const days = new Map<string, KpiReading>()
  return {
    take(reading: KpiReading): void {
      if (reading.window.kind === 'window') print(reading)
      else days.set(`${reading.kpi}|${reading.window.start}`, reading)
    },
    end(): void {
      for (const reading of days.values()) print(reading)
    },
  }
}

function row(reading: KpiReading, city: string): string {
  const { value, numerator, denominator, n } = reading.scopes[city]
  const of = denominator === null ? '' : ` / ${denominator}`
  return [
    reading.kpi.padEnd(42),
    String(value ?? '–').padStart(16),
    `${numerator}${of}`.padStart(28),
    `n ${n}`.padStart(10),
    (reading.status ?? '').padEnd(10),
    reading.expected === null ? ''.padEnd(12) : `exp. ${reading.expected}`.padEnd(12),
    `truth ${reading.truth}`,
  ].join('  ')
}

/** Prints readings as they come, then what they add up to. */
export function report(values: OptionValues, cityCode: string, { notice }: Plan, print: Printer) {
  let cells = 0
  const truths: Record<string, number> = { equal: 0, differs: 0, none: 0 }
  const days = onlyLastDays((reading) => {
    if (values.json) print.line(JSON.stringify(reading))
    else if (reading.window.kind === 'day') print.line(row(reading, cityCode))
  })
  return {
    take(reading: KpiReading): void {
      cells += Object.keys(reading.scopes).length
      truths[reading.truth ?? 'none']++
      days.take(reading)
    },
    /** Returns why this proves nothing, or what it disproves; null when all is well. */
    end(ledger: Ledger[], run: string): string | null {
      days.end()
      const sum = (of: (l: Ledger) => number) => ledger.reduce((s, l) => s + of(l), 0)
      const unexplained = sum((l) => l.unexplained)
      if (!values.json) {
        const compared =
          truths.none > 0
            ? `${truths.none} readings not compared: this run has no truth`
            : `${truths.differs} readings differing from truth`
        print.line(`
${cells} cells, ${compared}; produced ${sum((l) => l.produced)} = folded ${sum((l) => l.folded)} + late ${sum((l) => l.late)} + held ${sum((l) => l.injected.held)} + lost ${sum((l) => l.injected.drop + l.injected.corrupt + l.unexplained)}; duplicate ${sum((l) => l.duplicate)}, dead-letter ${sum((l) => l.deadLetter)}, unexplained ${unexplained}
run ${run}, simulated data (模拟数据): ${notice?.en ?? 'readings are not reality'}`)
      }
      if (cells === 0) {
        return 'no final reading, so nothing was compared; has a window closed, and on Kafka: does `npx huacheng process` run?'
      }
      const disturbed = sum(({ late, injected: i }) => late + i.drop + i.corrupt + i.late)
      if (truths.differs > 0 && disturbed === 0) {
        return `${truths.differs} readings differ from the truth though nothing was late or lost on purpose; \`npx huacheng audit\` says where`
      }
      return unexplained === 0
        ? null
        : `${unexplained} events unexplained; \`npx huacheng audit\` names them`
    },
  }
}

export const kpis: CliCommand = {
  name: 'kpis',
  about: `
Simulates the scenario, feeds every record's bytes through the same tasks and merge that run on Kafka, and compares each
final reading with the truth stream cell by cell. --json prints the final \`kpi\` records in the order of their windows,
then the last day record per KPI and date. Without it: the last day readings of the city and the ledger.
Exit code 99 when there is no final reading at all, an event is unexplained, or the truth differs and no fault explains it.
With --brokers nothing is simulated: the finals that a processor wrote are read from the topic \`kpi\`, and printed in the
same order, so that \`cmp\` shows whether the two are equal.`,
  options: { ...SCENARIO_OPTIONS, ...COMMANDS_OPTION, ...RECORDED_OPTIONS },
  examples: [
    'npx huacheng kpis --for PT10M',
    'npx huacheng kpis --for PT10M --json | grep five-g-site.coverage',
    'npx huacheng kpis --brokers 127.0.0.1:9092 --json',
  ],
  async run(values) {
    const print = createPrinter()
    if (isRecorded(values)) {
      await withRecordedRun(values, async (run) => {
        const { plan } = run.descriptor
        const city = loadCity(run.descriptor.city)
        const { readings, ledger } = await readFinals(run, city)
        const out = report(values, city.code, plan, print)
        for (const reading of readings) out.take(reading)
        judge(out.end(ledger, run.descriptor.run))
      })
    } else {
      const world = openWorld(values, { truth: true })
      const out = report(values, world.city.code, world.plan, print)
      const { ledger } = computeKpis(world, out.take)
      judge(out.end(ledger, world.scenario.runId))
    }
    print.end()
  },
}

function judge(problem: string | null): void {
  if (problem === null) return
  console.error(`kpis: ${problem}`)
  process.exitCode = EXIT_DIFFERS
}
