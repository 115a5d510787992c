// The bodies of /api by name, as components of the interface description; routes refer to them by `body(name)`.
import { type TSchema, Type } from 'typebox'
import { orNull } from '../../../producers/contract/schema-of.ts'
import { incidentSchema } from '../../../producers/contract/schemas.ts'
import { acknowledgement, alertView, findingAssets, findingView } from './alert-bodies.ts'
import { engineView, lineageView, proofView, taskView } from './proof-bodies.ts'
import { recordingsView, recordingView } from './recording-bodies.ts'
import { replayBeside, replayTimeline } from './replay-bodies.ts'
import {
  assetView,
  cityBody,
  commandAnswer,
  commandRequest,
  demoHappening,
  foundAsset,
  itemsView,
  openingView,
  roadsBody,
  runSummary,
  runView,
  twinChoices,
  twinRequest,
  twinView,
} from './run-bodies.ts'
import { open, plan, reading, string, text, word } from './shapes.ts'

const problem = Type.Object(
  {
    error: string('A word for programs'),
    message: string('For people: where, what was got, what was expected, what to do'),
  },
  { description: 'Every answer from 400 on' },
)

const history = Type.Union([
  Type.Array(reading, { description: 'Without a scope: whole readings' }),
  Type.Object(
    {
      kpi: Type.String(),
      scope: Type.String(),
      twin: Type.Optional(string('Where one was asked for')),
      points: Type.Array(
        Type.Object({ end: Type.String(), value: orNull(Type.Number()), n: Type.Integer() }),
      ),
    },
    { description: 'With a scope or a twin' },
  ),
])

const openData = Type.Object({
  title: text,
  notice: string('To be kept beside every copy'),
  publisher: text,
  licence: Type.Object({ name: Type.String(), url: Type.String(), text }),
  generatedAt: Type.String(),
  run: open('Run id, epoch, scenario, seed, digest, start, end and scale'),
  scopes: runView.properties.scopes,
  kpis: Type.Array(
    Type.Object({
      ...reading.properties,
      label: orNull(text),
      rule: orNull(text),
      kind: orNull(word('ratio', 'count', 'share', 'gauge', 'level')),
      plan: orNull(plan.properties.targets.items),
    }),
  ),
})

const BODIES = {
  Acknowledgement: acknowledgement,
  AlertView: alertView,
  AssetView: assetView,
  CityView: cityBody,
  CommandAnswer: commandAnswer,
  CommandRequest: commandRequest,
  DemoHappening: demoHappening,
  EngineView: engineView,
  FoundAsset: foundAsset,
  FindingAssets: findingAssets,
  FindingView: findingView,
  History: history,
  Incident: incidentSchema,
  ItemsView: itemsView,
  KpiReading: reading,
  LineageView: lineageView,
  OpenData: openData,
  OpeningView: openingView,
  Plan: plan,
  Problem: problem,
  ProofView: proofView,
  RoadsView: roadsBody,
  RunSummary: runSummary,
  RunView: runView,
  TaskView: taskView,
  RecordingsView: recordingsView,
  RecordingView: recordingView,
  ReplayBeside: replayBeside,
  ReplayTimeline: replayTimeline,
  TwinChoices: twinChoices,
  TwinRequest: twinRequest,
  TwinView: twinView,
} satisfies Record<string, TSchema>

export type BodyName = keyof typeof BODIES
export const bodies: Record<string, TSchema> = BODIES

/** The key under which a placeholder names its body. */
export const BODY = 'x-body'
export const body = (name: BodyName) => Type.Unsafe<unknown>({ type: 'object', [BODY]: name })
