// JSON Schema of what /api/replay answers, tied to its type in replay-messages.ts.
import { Type } from 'typebox'
import { count, orNull, schemaOf } from '../../../producers/contract/schema-of.ts'
import type { ReplayTimeline } from '../../messages.ts'
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
