// The topics that every city has, whatever its domains: what lies on them, under which key, who writes and reads them.
import {
  alertKey,
  kpiShapes,
  partialShapes,
  sourceKey,
  taskKey,
  twinShapes,
} from '../../processor/contract/keys.ts'
import {
  alertSchema,
  CHECKPOINT_LAYOUT,
  dayReadingSchema,
  deadLetterSchema,
  FRAME_LAYOUT,
  frameHeadersSchema,
  lateSchema,
  ledgerHeadersSchema,
  ledgerReadingSchema,
  provisionalReadingSchema,
  twinDaySchema,
  twinProvisionalSchema,
  twinWindowSchema,
  windowReadingSchema,
} from '../../processor/contract/schemas.ts'
import {
  descriptorSchema,
  EXPR,
  exprDefinition,
} from '../../producers/contract/descriptor-schema.ts'
import { commandKey, incidentKey, runShapes, windowKey } from '../../producers/contract/keys.ts'
import {
  acceptedCommandSchema,
  announcementSchema,
  commandResultSchema,
  commandSchema,
  finalPartialSchema,
  horizonSchema,
  incidentSchema,
  progressSchema,
  provisionalPartialSchema,
  runEndSchema,
  truthSchema,
} from '../../producers/contract/schemas.ts'
import type { Described } from './channel.ts'

export const sharedChannels: Described[] = [
  {
    name: 'run',
    summary: 'The runs: descriptor, horizon, accepted commands, progress of the producers, end',
    messages: [
      {
        name: 'run.descriptor',
        title: 'Descriptor',
        summary:
          'Begins a run; its offset becomes the epoch; carries all declarations and the plan',
        key: runShapes.descriptor,
        body: { schema: descriptorSchema, definitions: { [EXPR]: exprDefinition } },
      },
      {
        name: 'run.conductor',
        title: 'Conductor',
        summary: 'A conductor takes the run over: its offset is the new term',
        key: runShapes.conductor,
        body: { schema: announcementSchema },
      },
      {
        name: 'run.horizon',
        title: 'Horizon',
        summary: 'How far the city may be simulated now, and how its clock runs',
        key: runShapes.horizon,
        body: { schema: horizonSchema },
      },
      {
        name: 'run.command',
        title: 'Accepted command',
        summary: 'A command as a fact, with the simulated time at which it happens',
        key: runShapes.command,
        body: { schema: acceptedCommandSchema },
      },
      {
        name: 'run.progress',
        title: 'Progress',
        summary: 'How far one producer has simulated',
        key: runShapes.progress,
        body: { schema: progressSchema },
      },
      {
        name: 'run.end',
        title: 'End',
        summary: 'Last record of a run',
        key: runShapes.end,
        body: { schema: runEndSchema },
      },
    ],
    writers: ['producers'],
    readers: ['producers', 'processor', 'twin', 'console'],
  },
  {
    name: 'command',
    summary: "Operators' commands, asked for",
    messages: [
      {
        name: 'command',
        title: 'Command',
        summary: 'Asks for something; answered on `command-result`',
        key: commandKey,
        body: { schema: commandSchema },
      },
    ],
    writers: ['console'],
    readers: ['producers'],
  },
  {
    name: 'command-result',
    summary: 'Answers to commands',
    messages: [
      {
        name: 'command-result',
        title: 'Command result',
        summary: 'Done, or why not',
        key: commandKey,
        body: { schema: commandResultSchema },
      },
    ],
    writers: ['producers'],
    readers: ['console'],
  },
  {
    name: 'incident',
    summary: 'Incidents as they really happened: ground truth that detection is scored against',
    messages: [
      {
        name: 'incident',
        title: 'Incident',
        summary: 'One incident as it begins, and again as it ends',
        key: incidentKey,
        body: { schema: incidentSchema },
      },
    ],
    writers: ['producers'],
    readers: ['console'],
  },
  {
    name: 'truth',
    summary: "The producers' own sums of each window, to compare the readings with",
    messages: [
      {
        name: 'truth',
        title: 'Truth',
        summary: 'Sums of one window and topic-partition, told before the tick that ends it',
        key: windowKey,
        body: { schema: truthSchema },
      },
    ],
    writers: ['producers'],
    readers: ['processor'],
  },
  {
    name: 'kpi-partial',
    summary: 'Sums of each topic-partition, of which readings are made',
    messages: [
      {
        name: 'kpi-partial.final',
        title: 'Final partial',
        summary: 'Sums of a closed window; never changes',
        key: windowKey,
        body: { schema: finalPartialSchema },
      },
      {
        name: 'kpi-partial.provisional',
        title: 'Provisional partial',
        summary: 'Sums so far of the open window',
        key: partialShapes.provisional,
        body: { schema: provisionalPartialSchema },
      },
    ],
    writers: ['processor'],
    readers: ['processor'],
  },
  {
    name: 'kpi',
    summary: 'Readings: every KPI for every scope and window, and the ledger',
    messages: [
      {
        name: 'kpi.window',
        title: 'Final reading of a window',
        summary: 'Written once per KPI and window; never changes',
        key: kpiShapes.window,
        body: { schema: windowReadingSchema },
      },
      {
        name: 'kpi.day',
        title: 'Reading of the day so far',
        summary: 'Rewritten at every close of a window; the last of a date stays',
        key: kpiShapes.day,
        body: { schema: dayReadingSchema },
      },
      {
        name: 'kpi.provisional',
        title: 'Provisional reading',
        summary: 'The open window, or its day, as far as it was read; at most four a second',
        key: kpiShapes.provisional,
        body: { schema: provisionalReadingSchema },
      },
      {
        name: 'kpi.ledger',
        title: 'Ledger',
        summary: 'The account of one topic-partition: produced against folded',
        key: kpiShapes.ledger,
        body: { schema: ledgerReadingSchema },
        headers: ledgerHeadersSchema,
      },
    ],
    writers: ['processor'],
    readers: ['console', 'twin'],
  },
  {
    name: 'kpi-twin',
    summary: 'Readings of twins of the city: what would be if nobody had acted',
    messages: [
      {
        name: 'kpi-twin.window',
        title: "Final reading of a twin's window",
        summary: 'As in `kpi`, with the field `twin`; never changes',
        key: twinShapes.window,
        body: { schema: twinWindowSchema },
      },
      {
        name: 'kpi-twin.day',
        title: "Reading of a twin's day so far",
        summary: 'As in `kpi`, with the field `twin`',
        key: twinShapes.day,
        body: { schema: twinDaySchema },
      },
      {
        name: 'kpi-twin.provisional',
        title: 'Provisional reading of a twin',
        summary:
          'As in `kpi`, of windows alone, with the field `twin`; about once a second when it has caught up',
        key: twinShapes.provisional,
        body: { schema: twinProvisionalSchema },
      },
    ],
    writers: ['twin'],
    readers: ['console'],
  },
  {
    name: 'alert',
    summary: 'Alerts that the readings opened and closed',
    messages: [
      {
        name: 'alert',
        title: 'Alert',
        summary: 'Opened, then written again under the same key when it closes',
        key: alertKey,
        body: { schema: alertSchema },
      },
    ],
    writers: ['processor', 'twin'],
    readers: ['console'],
  },
  {
    name: 'map',
    summary: 'State of the assets on the map, binary',
    messages: [
      {
        name: 'map.frame',
        title: 'Map frame',
        summary: 'Changed assets of one task; the record header `catalogue` names the catalogue',
        key: taskKey,
        body: { layout: FRAME_LAYOUT },
        headers: frameHeadersSchema,
      },
    ],
    writers: ['processor'],
    readers: ['console'],
  },
  {
    name: 'checkpoint',
    summary: "The processor's private state, binary",
    messages: [
      {
        name: 'checkpoint',
        title: 'Checkpoint',
        summary: 'Private: only the head is described; behind it zstd, free to change',
        key: taskKey,
        body: { layout: CHECKPOINT_LAYOUT },
      },
    ],
    writers: ['processor'],
    readers: ['processor'],
  },
  {
    name: 'late',
    summary: 'Events that came after their window had closed',
    messages: [
      {
        name: 'late',
        title: 'Late event',
        summary: 'In no reading; counted in the ledger',
        key: sourceKey,
        body: { schema: lateSchema },
      },
    ],
    writers: ['processor'],
    readers: [],
  },
  {
    name: 'dead-letter',
    summary: 'Records that could not be used, with the reason',
    messages: [
      {
        name: 'dead-letter',
        title: 'Dead letter',
        summary: 'Where the record lies, why it was refused, and its first bytes',
        key: sourceKey,
        body: { schema: deadLetterSchema },
      },
    ],
    writers: ['processor'],
    readers: [],
  },
]
