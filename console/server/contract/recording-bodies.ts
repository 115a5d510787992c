// JSON Schemas of what /api/recordings takes and answers, tied to their types in replay-messages.ts.
import { Type } from 'typebox'
import { count, orNull, schemaOf } from '../../../producers/contract/schema-of.ts'
import type { RecordingRequest, RecordingsView, RecordingView } from '../../messages.ts'
import { number, simMs, string, word } from './shapes.ts'

export const recordingRequest = schemaOf<RecordingRequest>()(
  Type.Object(
    {
      last: Type.Optional(
        Type.String({
          maxLength: 40,
          description: 'ISO 8601 duration of the city’s time, e.g. PT10M; absent = from now on',
        }),
      ),
    },
    { additionalProperties: false },
  ),
)

export const recordingView = schemaOf<RecordingView>()(
  Type.Object({
    id: Type.String(),
    kind: word('live', 'last'),
    phase: word('writing', 'done', 'failed'),
    folder: string('On the server’s machine'),
    from: orNull(simMs, 'From when it can be replayed'),
    to: orNull(simMs, 'Up to when; null while it is written'),
    asked: orNull(number('Of a `last`: simulated ms that were asked for')),
    share: orNull(number('Of a `last`: 0 to 1 of it is written')),
    records: count(),
    bytes: count(),
    problem: orNull(string('Why it ended before its time, or failed')),
  }),
)

export const recordingsView = schemaOf<RecordingsView>()(
  Type.Object({
    folder: string('On the server’s machine, under which recordings are written'),
    reach: orNull(
      Type.Object({ from: simMs, to: simMs }),
      'How far back the newest stretch can begin; null = nothing can be kept yet',
    ),
    recordings: Type.Array(recordingView, { description: 'Newest last' }),
  }),
)
