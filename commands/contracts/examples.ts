// Worked examples of docs/contracts.md from a tiny real run: the bytes behind a chain, and a reading with what it is made of.
import type { KpiReading } from '../../processor/contract/types.ts'
import { createInProcessProcessor } from '../../processor/in-process.ts'
import { type Partial, TICK_TYPE, type Tick } from '../../producers/contract/records.ts'
import { OFFLINE_EPOCH, openKernel, openWorld, runThrough } from '../wiring/world.ts'

/** What a reader types to get the same records. */
const EXAMPLE_FLAGS = { scale: '0.01', for: 'PT1M' }

/** One topic-partition: the events between two ticks, and the tick that closes them. */
type TickInterval = { events: string[]; tick: string }
type ExampleLane = { topic: string; partition: number; intervals: TickInterval[] }

export type Example = { lanes: ExampleLane[]; readings: KpiReading[]; truths: Partial[] }

export function runExample(): Example {
  const world = openWorld(EXAMPLE_FLAGS, { truth: true })
  const kernel = openKernel(world, 0, 1)
  const { descriptor, catalogue, city } = world
  const processor = createInProcessProcessor(descriptor, catalogue, city, OFFLINE_EPOCH)
  const lanes = new Map<string, ExampleLane & { open: string[]; offset: bigint }>()
  const truths: Partial[] = []
  runThrough(world, kernel, () => {
    const output = kernel.drain()
    for (const { partial } of output.truth) {
      truths.push(partial)
      processor.truth(Buffer.from(JSON.stringify(partial)))
    }
    for (const { domain, partition, records } of output.lanes) {
      const name = `${domain}/${partition}`
      const lane = lanes.get(name) ?? {
        topic: domain,
        partition,
        intervals: [],
        open: [],
        offset: 0n,
      }
      lanes.set(name, lane)
      for (const record of records) {
        const text = record.value!.toString()
        processor.record(domain, partition, { ...record, offset: lane.offset++ })
        if (record.key) lane.open.push(text)
        else if (text.includes(`"type":"${TICK_TYPE}"`)) {
          lane.intervals.push({ events: lane.open, tick: text })
          lane.open = []
        }
      }
    }
  })
  return { lanes: [...lanes.values()], readings: processor.takeReadings(), truths }
}

/** The topic-partition whose first two intervals both hold events, in the fewest bytes. */
function shortestLane(lanes: ExampleLane[]): ExampleLane {
  const bytes = ({ intervals: [a, b] }: ExampleLane) => [...a.events, ...b.events].join('\n').length
  const [shortest] = lanes
    .filter(({ intervals: [a, b] }) => a.events.length > 0 && b.events.length > 0)
    .sort((a, b) => bytes(a) - bytes(b))
  if (!shortest) throw new Error('worked example: no topic-partition has events in both intervals')
  return shortest
}

/** Two links of one chain: every byte that enters, and what comes out. */
export function digestBlock({ lanes }: Example): string {
  const { topic, partition, intervals } = shortestLane(lanes)
  const links = intervals.slice(0, 2).map(({ events, tick }, i) => {
    const { time, data } = JSON.parse(tick) as Tick
    const before = i === 0 ? '32 zero bytes' : 'the 32 bytes of the chain above'
    return `Link ${i + 1}: SHA-256 over ${before}, then ${events.length === 1 ? 'this line' : `these ${events.length} lines`}, each with its \`\\n\`:

\`\`\`json
${events.join('\n')}
\`\`\`

gives \`${data.chain}\`, and so says the tick at ${time} (count ${data.count}).`
  })
  return `Topic \`city.${topic}\`, partition ${partition}, of \`npx huacheng events ${flagsText()} --meta --json\`:

${links.join('\n\n')}`
}

const flagsText = () =>
  Object.entries(EXAMPLE_FLAGS)
    .flatMap(([k, v]) => [`--${k}`, v])
    .join(' ')

/** A ratio that the plan has a target for: its final window reading, and the truth of the partitions that make it up. */
export function readingBlock({ readings, truths }: Example): string {
  const reading = readings.find(
    ({ window, target, scopes }) =>
      window.kind === 'window' && target !== null && Object.values(scopes)[0].denominator !== null,
  )!
  const [domain, measure] = reading.kpi.split('.')
  const [city] = Object.keys(reading.scopes)
  const parts = truths.filter((t) => t.domain === domain && t.start === reading.window.start)
  const rows = parts.flatMap(({ partition, measures }) =>
    Object.entries(measures[measure].window).map(
      ([scope, sums]) => `| ${partition} | ${scope} | \`${JSON.stringify(sums)}\` |`,
    ),
  )
  const { value, numerator, denominator, n } = reading.scopes[city]
  return `Of the same run, the sums of \`${reading.kpi}\` in the window from ${reading.window.start}, by partition and district:

| partition | district | [numerator, denominator, n] |
| --- | --- | --- |
${rows.join('\n')}

add up to ${numerator} / ${denominator} = ${value} with n = ${n} for the whole city; the record on \`city.kpi\`:

\`\`\`json
${JSON.stringify(reading)}
\`\`\``
}
