// Small shapes that bodies and messages share, and the schemas that other parts' records bring along.
import { Type } from 'typebox'
import { kpiReadingSchema } from '../../../processor/contract/schemas.ts'
import type { KpiReading } from '../../../processor/contract/types.ts'
import { descriptorSchema } from '../../../producers/contract/descriptor-schema.ts'
import { orNull, schemaOf } from '../../../producers/contract/schema-of.ts'
import type { Text } from '../../../seeds/contract.ts'
import type { ClockView, RunStatus, StageView } from '../../messages.ts'

export const text = schemaOf<Text>()(Type.Object({ zh: Type.String(), en: Type.String() }))
/** One of these words. */
export const word = <W extends string>(...words: W[]) =>
  Type.Unsafe<W>({ type: 'string', enum: words })
export const wallMs = Type.Number({ description: 'Wall clock, ms since 1970' })
export const simMs = Type.Number({ description: 'Simulated time, ms since 1970' })
export const number = (description: string) => Type.Number({ description })
export const string = (description: string) => Type.String({ description })
export const offset = Type.String({ pattern: '^-?\\d+$', description: 'Offset in the log' })
/** What other readers must not rely on, or what its own place describes. */
export const anything = (description: string) => Type.Unsafe<unknown>({ description })
export const open = (description: string) =>
  Type.Unsafe<Record<string, unknown>>({ type: 'object', description })

export const { declarations, plan } = descriptorSchema.properties
export const reading = schemaOf<KpiReading>()(kpiReadingSchema)

const status = schemaOf<RunStatus>()(word('waiting', 'running', 'paused', 'ended'))

export const clockView = schemaOf<ClockView>()(
  Type.Object({
    status,
    simAnchor: simMs,
    wallAnchor: number(
      'Wall ms; simulated time now = simAnchor + (now - wallAnchor) × speed, never past horizon',
    ),
    speed: number('Asked; 0 while paused, 1000000 = as fast as possible'),
    asked: number('At which it runs, or will go on after a pause; 0 = not said yet'),
    achieved: number('Measured over the last seconds'),
    horizon: number('ms; how far the city may be simulated now'),
    start: simMs,
    end: simMs,
    pauseAt: orNull(number('Simulated ms at which the clock will stand still')),
    slept: orNull(number('Wall ms that the machine slept or stalled, where it stands for that')),
    jump: orNull(
      Type.Object({
        from: simMs,
        to: simMs,
        since: wallMs,
        tookMs: orNull(number('Wall ms; null while the city is on its way')),
      }),
    ),
  }),
)

export const stageView = schemaOf<StageView>()(
  Type.Object({
    cue: orNull(number('Index in the cues of the run; null = nobody presents')),
    blank: Type.Boolean({ description: 'The pages of the audience are dark' }),
    since: orNull(wallMs),
    problem: orNull(string('Why the city did not go where it was sent')),
  }),
)
