// JSON Schemas of what /api answers about the run, the city and commands, each tied to its type in messages.ts.
import { Type } from 'typebox'
import { alertSchema } from '../../../processor/contract/schemas.ts'
import { incidentDeclaration } from '../../../producers/contract/descriptor-schema.ts'
import {
  count,
  district,
  epoch,
  hash,
  instant,
  orNull,
  partition,
  runId,
  schemaOf,
} from '../../../producers/contract/schema-of.ts'
import type {
  AssetView,
  CityView,
  CommandAnswer,
  CommandRequest,
  DemoHappening,
  OpeningView,
  RunSummary,
  RunView,
  TwinView,
} from '../../messages.ts'
import {
  anything,
  clockView,
  declarations,
  number,
  offset,
  plan,
  reading,
  simMs,
  string,
  text,
  wallMs,
  word,
} from './shapes.ts'

const scope = Type.Object({ code: district, name: text })

export const runView = schemaOf<RunView>()(
  Type.Object({
    run: runId,
    epoch,
    scenario: Type.String(),
    title: text,
    seed: count(),
    digest: hash('Of the effective scenario, the seeds and P'),
    city: Type.String(),
    catalogue: hash('Of the catalogue of assets: GET /api/catalogue/<hash>'),
    assets: count(),
    scale: number('Share of the assets that exist'),
    partitions: count('P of the domain topics'),
    windowMs: number('Length of a window'),
    tickMs: number('Distance of ticks'),
    clock: clockView,
    declarations,
    incidents: Type.Array(incidentDeclaration, {
      description: 'Kinds of incidents that `incident.start` takes',
    }),
    plan,
    scopes: Type.Array(scope, { description: 'The whole city first, then its districts' }),
    speeds: Type.Array(Type.Number(), { description: 'Speeds that the machine reaches' }),
    commands: Type.Boolean({ description: 'Commands are taken here' }),
  }),
)

export const runSummary = schemaOf<RunSummary>()(
  Type.Object({
    run: runId,
    epoch,
    scenario: Type.String(),
    seed: count(),
    start: instant(),
    current: Type.Boolean({ description: 'The one that is shown' }),
  }),
)

const degrees = Type.Number({ description: 'Degrees, WGS 84' })

export const cityBody = schemaOf<CityView>()(
  Type.Object({
    name: text,
    code: district,
    topology: anything(
      'TopoJSON; its objects `districts` and `water`, perhaps `rivers` and `areas` (with `kind`)',
    ),
    landmarks: Type.Array(Type.Object({ name: text, lon: degrees, lat: degrees })),
    roads: Type.Array(Type.Array(Type.Tuple([degrees, degrees])), {
      description: 'The schematic road graph as polylines of [lon, lat]; no surveyed roads',
    }),
    roadInfo: Type.Array(
      Type.Object({
        class: Type.Enum(['trunk', 'arterial', 'collector', 'local']),
        name: Type.Optional(text),
      }),
      { description: 'Class and name of each polyline of `roads`, in their order' },
    ),
    bounds: Type.Tuple([degrees, degrees, degrees, degrees], {
      description: '[west, south, east, north]',
    }),
    notice: text,
  }),
)

export const assetView = schemaOf<AssetView>()(
  Type.Object({
    id: Type.String(),
    number: count('In the catalogue'),
    domain: Type.String(),
    name: text,
    district,
    lon: degrees,
    lat: degrees,
    partition,
    commissionedAt: instant(),
    attributes: Type.Record(
      Type.String(),
      Type.Union([Type.String(), Type.Number(), Type.Boolean()]),
    ),
    latest: orNull(
      Type.Object({
        topic: Type.String(),
        partition,
        offset,
        value: anything('The event'),
        text: string("The record's value exactly"),
      }),
      'Newest event with its place in the log; null where `note` says why',
    ),
    note: orNull(Type.String()),
  }),
)

export const commandRequest = schemaOf<CommandRequest>()(
  Type.Object({
    id: Type.String({
      pattern: '^[A-Za-z0-9._-]{1,64}$',
      description: 'Chosen by the sender; the same id happens once and gives the same answer',
    }),
    name: string('clock.…, run.… or a command that a declaration lists (GET /api/run)'),
    target: Type.Optional(string('Asset id; none for clock and run commands')),
    args: Type.Record(Type.String(), Type.Unknown(), { description: "The command's arguments" }),
  }),
)

export const commandAnswer = schemaOf<CommandAnswer & { effectiveAt?: string }>()(
  Type.Object({
    id: Type.String(),
    ok: Type.Boolean(),
    error: Type.Optional(Type.String()),
    effectiveAt: Type.Optional(instant('Simulated time from which the command counts')),
  }),
)

const theft = Type.Object({
  topic: Type.String(),
  partition,
  asset: Type.String(),
  district,
  seq: Type.Integer({ minimum: 1 }),
  time: instant(),
})

const recovery = Type.Object({
  victim: Type.String(),
  successor: Type.String(),
  downMs: number("From the kill to the successor's start"),
  recoveredMs: number('Until every task had read as far as before the kill'),
  watermark: orNull(simMs),
  records: count('Read by the successor until then'),
})

export const demoHappening = schemaOf<DemoHappening>()(
  Type.Object({
    id: Type.String(),
    kind: word('steal', 'kill'),
    at: wallMs,
    sim: simMs,
    phase: word('begun', 'done', 'failed'),
    error: Type.Optional(Type.String()),
    theft: Type.Optional(theft),
    recovery: Type.Optional(recovery),
  }),
)

const besides = Type.Object({
  value: orNull(Type.Number()),
  twin: orNull(Type.Number()),
  difference: orNull(Type.Number(), "The city's value minus the twin's; null where one is"),
})

export const twinView = schemaOf<TwinView>()(
  Type.Object({
    twin: string('usual = without incidents and commands; else the id of the command left out'),
    watermark: instant('Everything older is in its newest reading'),
    kpis: Type.Array(
      Type.Object({
        kpi: Type.String(),
        unit: Type.String(),
        window: Type.Object({ start: instant(), end: instant('Exclusive') }),
        scopes: Type.Record(Type.String(), besides),
      }),
      { description: 'Each in the newest final window that the city and its twin both have' },
    ),
  }),
)

export const openingView = schemaOf<OpeningView>()(
  Type.Object({
    epoch,
    alerts: Type.Array(alertSchema),
    histories: Type.Record(Type.String(), Type.Array(reading), {
      description: 'By headline KPI: newest final windows, oldest first',
    }),
    happenings: Type.Array(demoHappening),
  }),
)
