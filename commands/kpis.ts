// `huacheng kpis`: the final readings of a scenario, computed from event bytes by the real tasks and merge; or of a run on Kafka.
import type { KpiReading } from '../processor/contract/types.ts'
import { createOfflineProcessor } from '../processor/offline.ts'
import type { Ledger } from '../producers/contract/records.ts'
import { loadCity } from '../seeds/city.ts'
import type { Plan } from '../seeds/contract.ts'
import { byWindow, readFinals } from './final-readings.ts'
import { type Command, SCENARIO_OPTIONS, type Values } from './options.ts'
import { createPrinter, type Printer } from './print.ts'
import { isRecorded, RECORDED_OPTIONS, withRecordedRun } from './recorded-run.ts'
import { OFFLINE_EPOCH, openKernel, openWorld, runThrough, type World } from './world.ts'

/**
 * Runs the scenario to its end, or until it is enough (asked after each sim minute); `onReading` gets every final reading
 * in the order in which it became final.
 */
export function computeKpis(
  world: World,
  onReading: (reading: KpiReading) => void,
  isEnough?: () => boolean,
) {
  const kernel = openKernel(world, 0, 1)
  const processor = createOfflineProcessor(
    world.descriptor,
    world.catalogue,
    world.city,
    OFFLINE_EPOCH,
  )
  const offsets = new Map<string, bigint>()

  function take(): void {
    const { truth, lanes } = kernel.drain()
    for (const t of truth) processor.truth(Buffer.from(JSON.stringify(t.partial)))
    for (const { domain, partition, records } of lanes) {
      const lane = `${domain}/${partition}`
      let offset = offsets.get(lane) ?? 0n
      for (const record of records)
        processor.record(domain, partition, { ...record, offset: offset++ })
      offsets.set(lane, offset)
    }
    for (const reading of processor.takeReadings().sort(byWindow)) onReading(reading)
  }

  runThrough(world, kernel, take, isEnough)
  return { ledger: processor.ledger(), events: kernel.events }
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
function report(values: Values, cityCode: string, { notice }: Plan, print: Printer) {
  let cells = 0
  let differing = 0
  const days = onlyLastDays((reading) => {
    if (values.json) print.line(JSON.stringify(reading))
    else if (reading.window.kind === 'day') print.line(row(reading, cityCode))
  })
  return {
    take(reading: KpiReading): void {
      cells += Object.keys(reading.scopes).length
      if (reading.truth !== 'equal') differing++
      days.take(reading)
    },
    end(ledger: Ledger[], run: string): void {
      days.end()
      if (values.json) return
      const sum = (of: (l: Ledger) => number) => ledger.reduce((s, l) => s + of(l), 0)
      print.line(`
${cells} cells, ${differing} readings differing from truth; produced ${sum((l) => l.produced)} = folded ${sum((l) => l.folded)} + late ${sum((l) => l.late)} + held ${sum((l) => l.injected.held)} + lost ${sum((l) => l.injected.drop + l.injected.corrupt + l.unexplained)}; duplicate ${sum((l) => l.duplicate)}, dead-letter ${sum((l) => l.deadLetter)}, unexplained ${sum((l) => l.unexplained)}
run ${run}, simulated data (模拟数据): ${notice?.en ?? 'readings are not reality'}`)
    },
  }
}

export const kpis: Command = {
  name: 'kpis',
  summary: 'print the final KPI readings of a scenario, or of a run on Kafka',
  about: `
Simulates the scenario, feeds every record's bytes through the same tasks and merge that run on Kafka, and compares each
final reading with the truth stream cell by cell. --json prints the final \`kpi\` records in the order of their windows,
then the last day record per KPI and date. Without it: the last day readings of the city and the ledger.
With --brokers nothing is simulated: the finals that a processor wrote are read from the topic \`kpi\`, and printed in the
same order, so that \`cmp\` tells whether the two are equal.`,
  options: { ...SCENARIO_OPTIONS, ...RECORDED_OPTIONS },
  examples: [
    'npx huacheng kpis --for PT10M',
    'npx huacheng kpis --for PT10M --json | grep five-g-site.coverage',
    'npx huacheng kpis --brokers 127.0.0.1:9092 --json',
  ],
  async run(values) {
    const print = createPrinter()
    if (isRecorded(values)) {
      await withRecordedRun(values, async (run) => {
        const { readings, ledger } = await readFinals(run)
        const { city, plan } = run.descriptor
        const out = report(values, loadCity(city).code, plan, print)
        for (const reading of readings) out.take(reading)
        out.end(ledger, run.descriptor.run)
      })
    } else {
      const world = openWorld(values, { truth: true })
      const out = report(values, world.city.code, world.plan, print)
      const { ledger } = computeKpis(world, out.take)
      out.end(ledger, world.scenario.runId)
    }
    print.end()
  },
}
