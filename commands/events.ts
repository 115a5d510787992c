// `huacheng events`: the city's events as the producers would write them, without Kafka.
import { type Command, SCENARIO_OPTIONS } from './options.ts'
import { createPrinter, type Printer } from './print.ts'
import { openKernel, openWorld, runThrough, type World } from './world.ts'

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
function printSummary(world: World, print: Printer): void {
  const counts = new Map<string, number>()
  const kernel = openKernel(world, 0, 1, {
    observe(value, lane) {
      const type = /"type":"([^"]+)"/.exec(value.toString('latin1'))![1]
      counts.set(`${lane.domain}\t${type}`, (counts.get(`${lane.domain}\t${type}`) ?? 0) + 1)
    },
  })
  runThrough(world, kernel, () => kernel.drain())
  for (const [name, count] of [...counts].sort()) {
    print.line(`${String(count).padStart(10)}  ${name.split('\t')[1]}`)
  }
  print.line(`${String(kernel.events).padStart(10)}  in all, opening census included (模拟数据)`)
}

export const events: Command = {
  name: 'events',
  summary: 'print the events of a scenario',
  about: `
Simulates the scenario as fast as it can and prints every event value (CloudEvents 1.0 JSON), one per line, sorted by
(time, domain, subject, seq), the opening census first. With --meta --json each line is a record of the domain topics,
{"topic","partition","key","value"}, in log order within each topic-partition, run-started markers and ticks included;
"value" is the exact text. Faults of the scenario are applied only with --faults. Without --json: a table of counts.`,
  options: {
    ...SCENARIO_OPTIONS,
    meta: { type: 'boolean', text: 'records with topic, partition and key; needs --json' },
    faults: { type: 'boolean', text: 'apply the scenario’s faults' },
  },
  examples: [
    'npx huacheng events --for PT1M --scale 0.01 --json | head -3',
    'npx huacheng events --for PT1M --meta --json > records.jsonl',
  ],
  async run(values) {
    const world = openWorld(values, { truth: false })
    const print = createPrinter()
    if (!values.json) printSummary(world, print)
    else if (values.meta) printRecords(world, print, values.faults === true, true)
    else if (values.faults) printRecords(world, print, true, false)
    else printEvents(world, print)
    print.end()
  },
}
