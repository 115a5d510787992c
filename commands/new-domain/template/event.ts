// What a sample point reports: `closed` when a case is closed, `status` every 5 minutes. Out: schemas and types of `data`.
import { type Static, Type } from 'typebox'

/** In every event, and always as it is after the event. */
const pointFields = {
  /** Cases that wait to be closed. */
  waiting: Type.Integer({ minimum: 0 }),
}

export const statusSchema = Type.Object(pointFields)
export const closedSchema = Type.Object({
  ...pointFields,
  /** Whole minutes from the case's coming to its end. */
  tookMin: Type.Integer({ minimum: 0 }),
  outcome: Type.Union([Type.Literal('solved'), Type.Literal('failed')]),
})

export type SampleDomainStatus = Static<typeof statusSchema>
export type SampleDomainClosed = Static<typeof closedSchema>

/** Indices in the declaration's `events`. */
export const CLOSED = 0
export const STATUS = 1
