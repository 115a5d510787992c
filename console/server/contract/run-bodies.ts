// JSON Schemas of what /api answers about the run, the city and commands, each tied to its type in messages.ts.
import { Type } from 'typebox'
import { cue, incidentDeclaration } from '../../../producers/contract/descriptor-schema.ts'
import { COMMAND_ID } from '../../../producers/contract/keys.ts'
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
import { incidentSchema } from '../../../producers/contract/schemas.ts'
import { LANDMARK_KINDS } from '../../../seeds/landmarks.ts'
import type {
  AssetView,
  CityView,
  CommandAnswer,
  CommandRequest,
  DemoHappening,
  FoundAsset,
  ItemsView,
  OpeningView,
  RoadsView,
  RunSummary,
  RunView,
  TwinChoices,
  TwinRequest,
  TwinView,
} from '../../messages.ts'
import { acknowledgement, alertView, findingView } from './alert-bodies.ts'
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

const loop = Type.Object({ from: simMs, to: simMs })

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
    cues: Type.Array(cue, { description: 'A presenter’s walk, in its order' }),
    plan,
    scopes: Type.Array(scope, { description: 'The whole city first, then its districts' }),
    speeds: Type.Array(Type.Number(), { description: 'Speeds that the machine reaches' }),
    commands: Type.Boolean({ description: 'Commands are taken here' }),
    world: number(
      'Wall ms at which the run was put to this time of it, 0 = it came here by itself: with another number nothing shown before holds',
    ),
    replay: Type.Optional(
      Type.Object(
        {
          from: number('Begin of the recording, ms'),
          to: number('End of the recording, ms'),
          loop: orNull(loop, 'What is played again and again; null = nothing'),
          beside: Type.Optional(
            string(
              'Where, seen from this address, a second recording is served that goes by the same clock: the same API',
            ),
          ),
        },
        { description: 'Absent where the city is live' },
      ),
    ),
    engine: Type.Optional(
      Type.Literal('flink-sql', {
        description:
          'Who says the readings: windows only, neither days nor standing against the plan. Absent = the processor',
      }),
    ),
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

const roadList = {
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
}

export const roadsBody = schemaOf<RoadsView>()(Type.Object(roadList))

export const cityBody = schemaOf<CityView>()(
  Type.Object({
    name: text,
    code: district,
    topology: anything(
      'TopoJSON; its objects `districts` and `water`, perhaps `rivers` and `areas` (with `kind`)',
    ),
    landmarks: Type.Array(
      Type.Object({
        ...{ name: text, lon: degrees, lat: degrees },
        kind: Type.Optional(Type.Enum([...LANDMARK_KINDS], { type: 'string' })),
      }),
    ),
    ...roadList,
    bounds: Type.Tuple([degrees, degrees, degrees, degrees], {
      description: '[west, south, east, north]',
    }),
    notice: text,
  }),
)

const assetName = {
  id: Type.String(),
  number: count('In the catalogue'),
  domain: Type.String(),
  name: text,
  district,
}

export const foundAsset = schemaOf<FoundAsset>()(Type.Object(assetName))

const assetItem = {
  id: Type.String(),
  type: Type.String({ description: 'Of the newest event that took it a step further' }),
  time: instant(),
  data: Type.Record(Type.String(), Type.Unknown(), {
    description: 'Fields as the events about it left them',
  }),
}

export const itemsView = schemaOf<ItemsView>()(
  Type.Object({
    items: Type.Array(
      Type.Object({
        ...assetItem,
        asset: string('Id of the asset at which it is'),
        number: count('Of that asset in the catalogue'),
        name: text,
        district,
        due: orNull(instant('Simulated time by which its next step is due')),
        overdue: Type.Boolean(),
      }),
      { description: 'What is late first' },
    ),
    matching: count('Of those asked for, those beyond the limit included'),
    total: count('In the district asked for'),
    overdue: count('Of these'),
    complete: Type.Boolean({ description: 'false = the log is still being read' }),
  }),
)

export const assetView = schemaOf<AssetView>()(
  Type.Object({
    ...assetName,
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
    items: orNull(
      Type.Array(Type.Object(assetItem)),
      'What is under way at the asset, as far as the events read say, newest last; null where its domain declares no items',
    ),
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
  lostAt: wallMs,
  missedAt: orNull(wallMs, 'When the account first missed an event in that interval'),
  namedAt: orNull(wallMs, 'When it named this very one'),
  returnedAt: orNull(wallMs, 'When it was delivered after all'),
  settledAt: orNull(wallMs, 'When the account had it'),
  counted: orNull(word('folded', 'late'), 'In time for its window, or too late for it'),
  lateBefore: count('Events too late in that account before it was delivered'),
})

const recovery = Type.Object({
  victim: Type.String(),
  successor: orNull(Type.String()),
  downMs: orNull(number("From the kill to the successor's start")),
  recoveredMs: orNull(number('Until every task had read as far as before the kill')),
  watermark: orNull(simMs),
  records: count('Read by the successor until then, or so far'),
  proved: Type.Optional(
    Type.Object(
      {
        finals: count('Published within a minute of the recovery'),
        cells: count(),
        differ: count('Of the finals, those that differ from the truth'),
      },
      { description: 'Of windows that ended after `watermark`' },
    ),
  ),
})

export const demoHappening = schemaOf<DemoHappening>()(
  Type.Object({
    id: Type.String(),
    kind: word('steal', 'kill', 'return'),
    epoch,
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

const counted = Type.Object({
  unit: Type.String(),
  since: orNull(instant('Start of the first window that differs'), 'Null = none so far'),
  sums: Type.Boolean({
    description: 'Summed over the windows that city and twin both have; else as it stands',
  }),
  scopes: Type.Record(Type.String(), Type.Number(), {
    description: "The city's less the twin's, by scope",
  }),
})

export const twinChoices = schemaOf<TwinChoices>()(
  Type.Object({
    canStart: Type.Boolean({ description: 'Whether POST /api/twin begins one here' }),
    commands: Type.Array(
      Type.Object({
        id: Type.String(),
        name: Type.String(),
        target: orNull(Type.String()),
        by: Type.String(),
        effectiveAt: instant(),
      }),
      { description: 'Accepted commands to the city, newest first' },
    ),
  }),
)

export const twinRequest = schemaOf<TwinRequest>()(
  Type.Object({
    without: Type.String({
      pattern: `^${COMMAND_ID}$`,
      description: 'Id of an accepted command, or of an incident',
    }),
  }),
)

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
        counted: orNull(counted, 'Null where the sums of the KPI are nothing that people count'),
      }),
      { description: 'Each in the newest final window that the city and its twin both have' },
    ),
  }),
)

export const openingView = schemaOf<OpeningView>()(
  Type.Object({
    epoch,
    alerts: Type.Array(alertView),
    incidents: Type.Array(incidentSchema, { description: 'What really happened, newest first' }),
    findings: Type.Array(findingView, { description: 'Newest first' }),
    acknowledgements: Type.Array(acknowledgement),
    histories: Type.Record(Type.String(), Type.Array(reading), {
      description: 'By headline KPI: newest final windows, oldest first',
    }),
    happenings: Type.Array(demoHappening),
    rates: Type.Object(
      {
        from: Type.Number(),
        stepMs: Type.Integer(),
        counts: Type.Array(Type.Number()),
      },
      { description: 'Events by spans of the city’s time (ms), whole ones that this server saw' },
    ),
  }),
)
