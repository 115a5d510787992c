// `huacheng kpis`: the final readings of a scenario, computed from event bytes by the real tasks and merge, without Kafka.
import type { KpiReading } from '../processor/contract.ts'
import { createOfflineProcessor } from '../processor/offline.ts'
import { type Command, SCENARIO_OPTIONS } from './options.ts'
import { createPrinter } from './print.ts'
import { OFFLINE_EPOCH, openKernel, openWorld, runThrough, type World } from './world.ts'

/** Runs the scenario to its end; `onReading` gets every final reading in the order in which it became final. */
export function computeKpis(world: World, onReading: (reading: KpiReading) => void) {
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
    for (const reading of processor.takeReadings()) onReading(reading)
  }

  runThrough(world, kernel, take)
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

export const kpis: Command = {
  name: 'kpis',
  summary: 'compute the final KPI readings of a scenario',
  about: `
Simulates the scenario, feeds every record's bytes through the same tasks and merge that run on Kafka, and compares each
final reading with the truth stream cell by cell. --json prints the final \`kpi\` records: every window, then the last
day record per KPI and date. Without it: the last day readings of the city and the ledger.`,
  options: SCENARIO_OPTIONS,
  examples: [
    'npx huacheng kpis --for PT10M',
    'npx huacheng kpis --for PT10M --json | grep five-g-site.coverage',
  ],
  async run(values) {
    const world = openWorld(values, { truth: true })
    const print = createPrinter()
    let cells = 0
    let differing = 0
    const days = onlyLastDays((reading) => {
      if (values.json) print.line(JSON.stringify(reading))
      else if (reading.window.kind === 'day') print.line(row(reading, world.city.code))
    })
    const { ledger, events } = computeKpis(world, (reading) => {
      cells += Object.keys(reading.scopes).length
      if (reading.truth !== 'equal') differing++
      days.take(reading)
    })
    days.end()
    if (!values.json) {
      const sum = (of: (l: (typeof ledger)[number]) => number) =>
        ledger.reduce((s, l) => s + of(l), 0)
      print.line(`
${cells} cells, ${differing} readings differing from truth; events ${events}: produced ${sum((l) => l.produced)} = folded ${sum((l) => l.folded)} + late ${sum((l) => l.late)} + lost ${sum((l) => l.unexplained)}; duplicate ${sum((l) => l.duplicate)}, dead-letter ${sum((l) => l.deadLetter)}, unexplained ${sum((l) => l.unexplained)}
run ${world.scenario.runId}, simulated data (模拟数据): targets are published numbers, readings are not reality`)
    }
    print.end()
  },
}
