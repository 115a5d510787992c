// JSON Schemas of what /api/replay and /api/replay/beside answer, tied to their types in replay-messages.ts.
import { Type } from 'typebox'
import { count, orNull, schemaOf } from '../../../producers/contract/schema-of.ts'
import type { BesideDifferences, BesideSide, ReplayBeside, ReplayTimeline } from '../../messages.ts'
import { number, simMs, string, word } from './shapes.ts'

export const replayTimeline = schemaOf<ReplayTimeline>()(
  Type.Object({
    from: simMs,
    to: simMs,
    stepMs: number('Length of a step'),
    counts: Type.Array(count(), { description: 'Events in each step, as the index has them' }),
    moments: Type.Array(
      Type.Object({
        kind: word('incident', 'alert'),
        id: Type.String(),
        at: simMs,
        to: orNull(simMs, 'Its end; null where the recording does not have it'),
        what: string('Kind of the incident, or the KPI of the alert'),
        scope: orNull(Type.String(), 'Of an alert'),
      }),
      { description: 'In the order of their times' },
    ),
  }),
)

const side = schemaOf<BesideSide>()(
  Type.Object({ name: string('Its folder'), from: simMs, to: simMs }),
)

const differences = schemaOf<BesideDifferences>()(
  Type.Object({
    first: orNull(
      Type.Object({
        at: number('Sim ms of the tick at which both have it'),
        time: orNull(simMs, 'Of the event'),
        lane: string('Topic-partition'),
        key: orNull(Type.String(), 'The asset'),
      }),
      'The first event that differs; null = none does',
    ),
    lanes: count('Topic-partitions that both have'),
    differingLanes: count(),
    onlyA: Type.Array(Type.String(), { description: 'Topic-partitions that only this one has' }),
    onlyB: Type.Array(Type.String(), { description: 'Topic-partitions that only the other has' }),
    cells: count('Final cells that both have'),
    differingCells: count(),
    windows: Type.Array(
      Type.Object({
        end: simMs,
        at: number('Sim ms of the tick at which both have it'),
        cells: count(),
      }),
      { description: 'Differing cells by the end of their window, in its order' },
    ),
  }),
)

export const replayBeside = schemaOf<ReplayBeside>()(
  Type.Object({
    sides: Type.Tuple([side, side], {
      description: 'The recording that is served here, and the one beside it',
    }),
    differences: orNull(differences, 'Null while the two are compared'),
    problem: orNull(Type.String(), 'Why they could not be compared'),
  }),
)
