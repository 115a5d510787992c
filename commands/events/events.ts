// `huacheng events`: the city's events as the producers would write them, without Kafka.
import { Problem } from '../../infra/problem.ts'
import { isoTime } from '../../infra/time.ts'
import { loadCity } from '../../seeds/load/city.ts'
import { type CliCommand, SCENARIO_OPTIONS } from '../options/options.ts'
import { createPrinter, type Printer } from '../output/print.ts'
import { COMMANDS_OPTION } from '../recordings/command-file.ts'
import type { RecordFate } from '../recordings/recorded-lane.ts'
import {
  isRecorded,
  RECORDED_OPTIONS,
  type RecordedRun,
  recordsOf,
  withRecordedRun,
} from '../recordings/recorded-run.ts'
import { openKernel, openWorld, runThrough, type World } from '../wiring/world.ts'
import { type EventFilter, eventFilter, FILTER_OPTIONS, filteredPrinter } from './event-filter.ts'

/** Shows every event once, in (time, domain, subject, seq) order, before faults. */
function printEvents(world: World, print: Printer): void {
  const kernel = openKernel(world, 0, 1, { observe: (value) => print.bytes(value) })
  runThrough(world, kernel, () => kernel.drain())
}

/** Shows the records of the domain topics: markers and ticks included, in log order within each topic-partition. */
function printRecords(world: World, print: Printer, faults: boolean, meta: boolean): void {
  const kernel = openKernel(world, 0, 1, { faults })
  const take = () => {
    for (const { domain, partition, records } of kernel.drain().lanes) {
      for (const { key, value } of records) {
        if (meta) {
          const record = {
            topic: `city.${domain}`,
            partition,
            key: key?.toString() ?? null,
            value: value!.toString(),
          }
          print.line(JSON.stringify(record))
        } else if (key) print.bytes(value!)
      }
    }
  }
  take()
  runThrough(world, kernel, take)
}

/** One line per domain and event type: how many, and the first. */
function printSummary(world: World, print: Printer, filter: EventFilter | null): void {
  const counts = new Map<string, number>()
  const kernel = openKernel(world, 0, 1, {
    observe(value, lane) {
      if (filter && !filter(JSON.parse(value.toString()), lane.domain)) return
      const type = /"type":"([^"]+)"/.exec(value.toString('latin1'))![1]
      counts.set(`${lane.domain}\t${type}`, (counts.get(`${lane.domain}\t${type}`) ?? 0) + 1)
    },
  })
  runThrough(world, kernel, () => kernel.drain())
  for (const [name, count] of [...counts].sort()) {
    print.line(`${String(count).padStart(10)}  ${name.split('\t')[1]}`)
  }
  const all = [...counts.values()].reduce((a, b) => a + b, 0)
  print.line(`${String(all).padStart(10)}  in all, opening census included (模拟数据)`)
}

/** The records of a run on Kafka, markers and ticks included, in log order within each topic-partition. */
async function printRecordedRecords(run: RecordedRun, print: Printer): Promise<void> {
  for (const lane of run.lanes) {
    for await (const { record } of recordsOf(run, lane)) {
      const { topic, partition } = lane
      const key = record.key?.toString() ?? null
      print.line(JSON.stringify({ topic, partition, key, value: record.value!.toString() }))
    }
  }
}

/**
 * The events of a run on Kafka in (time, domain, subject, seq) order, one tick interval of all topic-partitions after the
 * other. Repeated events and what a fault has cut are left out unless `all`: then every event record is printed.
 */
export async function printRecordedEvents(
  run: RecordedRun,
  print: Pick<Printer, 'bytes'>,
  all: boolean,
): Promise<void> {
  const readers = run.lanes.map((lane) => ({ lane, records: recordsOf(run, lane) }))
  type Line = { time: string; domain: string; subject: string; seq: number; value: Buffer }
  for (let open = readers; open.length > 0; ) {
    const lines: Line[] = []
    const going: typeof readers = []
    for (const reader of open) {
      for (;;) {
        const { value: next, done } = await reader.records.next()
        if (done) break
        const { record, fate } = next
        if (fate.is === 'tick') {
          going.push(reader)
          break
        }
        if (record.key === null || (fate.is !== 'event' && !all)) continue
        const { time = '', subject = '', seq = 0 } = fate.is === 'event' ? named(fate) : {}
        // The log's memory is only lent.
        const value = Buffer.from(record.value!)
        lines.push({ time, domain: reader.lane.domain, subject, seq, value })
      }
    }
    lines.sort(
      (a, b) =>
        compare(a.time, b.time) ||
        compare(a.domain, b.domain) ||
        compare(a.subject, b.subject) ||
        a.seq - b.seq,
    )
    for (const { value } of lines) print.bytes(value)
    open = going
  }
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

const named = ({ time, subject, seq }: RecordFate & { is: 'event' }) => ({
  ...{ subject, seq },
  time: isoTime(time),
})

export const events: CliCommand = {
  name: 'events',
  about: `
Simulates the scenario as fast as it can and prints every event value (CloudEvents 1.0 JSON), one per line, sorted by
(time, domain, subject, seq), the opening census first. With --meta --json each line is a record of the domain topics,
{"topic","partition","key","value"}, in log order within each topic-partition, run-started markers and ticks included;
"value" is the exact text. Faults of the scenario are applied only with --faults. Without --json: a table of counts.
With --brokers nothing is simulated: the records of a run's topics are printed, up to the last tick that all
topic-partitions have; without --meta sorted as above and each event once, with --faults every event record.
--domain, --type, --district, --from and --until print a part of it; they never change what happens. Ticks and markers
have no district, and are of types of their own.`,
  options: {
    ...SCENARIO_OPTIONS,
    ...COMMANDS_OPTION,
    meta: { type: 'boolean', text: 'records with topic, partition and key; needs --json' },
    faults: { type: 'boolean', text: 'apply the scenario’s faults' },
    ...FILTER_OPTIONS,
    ...RECORDED_OPTIONS,
  },
  examples: [
    'npx huacheng events --for PT1M --scale 0.01 --json | head -3',
    'npx huacheng events --for PT1M --meta --json > records.jsonl',
    'npx huacheng events --domain parking --type exit --until 2025-06-18T16:35:00+08:00 --for PT10M --json',
    'npx huacheng events --brokers 127.0.0.1:9092 --for PT1M --json',
  ],
  async run(values) {
    const print = createPrinter()
    if (isRecorded(values)) {
      if (!values.json) throw new Problem('--brokers: events are printed with --json')
      await withRecordedRun(values, (run) => {
        const { declarations, city } = run.descriptor
        const some = filteredPrinter(
          print,
          eventFilter(values, declarations, loadCity(city)),
          Object.keys(declarations),
        )
        return values.meta
          ? printRecordedRecords(run, some)
          : printRecordedEvents(run, some, values.faults === true)
      })
      print.end()
      return
    }
    const world = openWorld(values, { truth: false })
    const filter = eventFilter(values, world.descriptor.declarations, world.city)
    const some = filteredPrinter(print, filter, world.scenario.domains)
    if (!values.json) printSummary(world, print, filter)
    else if (values.meta) printRecords(world, some, values.faults === true, true)
    else if (values.faults) printRecords(world, some, true, false)
    else printEvents(world, some)
    print.end()
  },
}
