// `report.json` of a load test: its JSON Schema, and by it its type. Another meaning of any field is another version.
import Type, { type Static } from 'typebox'

export const REPORT_VERSION = 1

const nullable = (description: string) => Type.Union([Type.Number(), Type.Null()], { description })
const number = (description: string) => Type.Number({ description })
const text = (description: string) => Type.String({ description })
const closed = { additionalProperties: false }

const quantiles = Type.Object(
  {
    count: number('Events'),
    meanMs: nullable('Mean, ms'),
    p50Ms: nullable('ms'),
    p90Ms: nullable('ms'),
    p95Ms: nullable('ms'),
    p99Ms: nullable('ms'),
    p999Ms: nullable('99.9 %, ms'),
    p9999Ms: nullable('99.99 %, ms'),
    maxMs: nullable('ms'),
  },
  closed,
)

const threshold = Type.Object(
  {
    text: text('As it was given'),
    actual: nullable('In `unit`; null where nothing was measured'),
    unit: text('ms, %, records, records/s, events or events/s'),
    ok: Type.Boolean(),
  },
  closed,
)

const second = Type.Object(
  {
    second: number('Since the plan’s start'),
    warmUp: Type.Boolean({ description: 'It does not count' }),
    meant: number('Events that the plan means in it'),
    sent: number('Events handed to the client'),
    acked: number('Events acknowledged by the brokers'),
    failed: number('Events that nobody acknowledged'),
    bytes: number('Keys, values and headers'),
    sendP99Ms: nullable('Send delay'),
    ackP50Ms: nullable('From the intended time'),
    ackP99Ms: nullable('From the intended time'),
    e2eP99Ms: nullable('From the intended time to the sink'),
    lag: nullable('Records that the group has not read'),
    cpuPercent: number('Of all workers, % of one core'),
    rssBytes: number('Of all workers'),
    loopP99Ms: number('Event-loop delay of the slowest worker'),
  },
  closed,
)

const step = Type.Object(
  {
    phase: Type.Union([
      Type.Literal('up'),
      Type.Literal('down'),
      Type.Literal('bisect'),
      Type.Literal('confirm'),
    ]),
    rate: number('Events/s'),
    verdict: Type.Union([
      Type.Literal('sustained'),
      Type.Literal('not sustained'),
      Type.Literal('invalid'),
    ]),
    why: Type.Array(Type.String()),
  },
  closed,
)

export const loadReportSchema = Type.Object(
  {
    version: Type.Literal(REPORT_VERSION),
    verdict: Type.Union([Type.Literal('pass'), Type.Literal('fail'), Type.Literal('invalid')]),
    reasons: Type.Array(Type.String(), { description: 'Why it did not pass' }),
    command: text('As it was called'),
    began: text('ISO 8601'),
    ended: text('ISO 8601'),
    load: Type.Object(
      {
        text: text('Rate or shape as it was asked for'),
        aligned: Type.Boolean(),
        segments: Type.Array(
          Type.Object({ ms: Type.Number(), from: Type.Number(), to: Type.Number() }, closed),
          { description: 'Rates in events/s, each in a straight line over so many ms' },
        ),
        durationMs: number('ms'),
        warmUpMs: number('At its beginning, not counted'),
        events: number('Meant in all'),
        simSpeed: number('Simulated seconds per second, on average'),
        mostSendDelayMs: number('Of the p99: a later generator makes the run invalid'),
        changed: Type.Array(Type.String(), {
          description: 'What makes its bytes other than the city’s: --pad, --flat, --skew',
        }),
      },
      closed,
    ),
    city: Type.Object(
      {
        scenario: Type.String(),
        seed: Type.Number(),
        digest: text('Of the scenario and the city’s files'),
        run: Type.Union([Type.String(), Type.Null()]),
        scale: Type.Number(),
        partitions: Type.Number(),
        topics: Type.Number(),
      },
      closed,
    ),
    machine: Type.Object(
      {
        huacheng: text('Version'),
        commit: Type.Union([Type.String(), Type.Null()]),
        node: Type.String(),
        cpu: Type.String(),
        cores: Type.Number(),
        memoryBytes: Type.Number(),
        kernel: Type.String(),
        clock: text('What times were read from'),
      },
      closed,
    ),
    brokers: Type.Object(
      {
        where: Type.String(),
        version: Type.Union([Type.String(), Type.Null()]),
        acks: Type.String(),
        lingerMs: Type.Number(),
        compression: Type.String(),
        workers: Type.Number(),
      },
      closed,
    ),
    rate: Type.Object(
      {
        offered: number('Events/s meant, after the warm-up'),
        achieved: number('Events/s acknowledged, after the warm-up'),
        bytesPerSecond: number('Of the events'),
        sent: number('Events, after the warm-up'),
        acked: number('Events, after the warm-up'),
        errors: number('Events that nobody acknowledged'),
        sentInAll: number('Events, warm-up too'),
        recordsInAll: number('Events, ticks and markers'),
      },
      closed,
    ),
    latency: Type.Object(
      { send: quantiles, ack: quantiles, e2e: Type.Union([quantiles, Type.Null()]) },
      { ...closed, description: 'All from the intended time' },
    ),
    lag: Type.Union([
      Type.Object(
        {
          group: Type.String(),
          max: Type.Number(),
          end: Type.Number(),
          slope: nullable('Records/s over the last half, by least squares'),
          margin: nullable('Two standard errors of it: what grows by less may not grow at all'),
        },
        closed,
      ),
      Type.Null(),
    ]),
    sink: Type.Union([
      Type.Object(
        {
          topic: Type.String(),
          match: Type.String(),
          followed: number('One event of so many is followed'),
          sent: Type.Number(),
          seen: Type.Number(),
          lost: Type.Number(),
          duplicates: Type.Number(),
          withoutId: Type.Number(),
        },
        closed,
      ),
      Type.Null(),
    ]),
    cost: Type.Object(
      {
        cpuMs: number('Of all workers, warm-up too'),
        usPerEvent: nullable('CPU µs of the workers per event'),
        perCore: nullable('Events per CPU second of the workers'),
        rssMaxBytes: number('Of all workers'),
      },
      closed,
    ),
    thresholds: Type.Array(threshold),
    search: Type.Union([
      Type.Object(
        {
          slos: Type.Array(Type.String()),
          steps: Type.Array(step),
          rate: nullable('Events/s that are sustained; null where no rate was'),
          isGeneratorsLimit: Type.Boolean({
            description:
              'What was too much was so for the generator: the pipeline may sustain more',
          }),
        },
        closed,
      ),
      Type.Null(),
    ]),
    seconds: Type.Array(second),
  },
  { ...closed, description: 'What `huacheng load --out` writes as report.json' },
)

export type LoadReport = Static<typeof loadReportSchema>
export type LatencyQuantiles = Static<typeof quantiles>
