// What a parking lot reports: `entry` and `exit` per car, `status` every 5 minutes. Out: schemas and types of `data`.
import { type Static, Type } from 'typebox'

/** In every event, and always as it is after the event. */
const lotFields = {
  /** Cars inside; occupied ≤ capacity. */
  occupied: Type.Integer({ minimum: 0 }),
  capacity: Type.Integer({ minimum: 1 }),
  /** The lot's free spaces are on the guidance signs (停车诱导). */
  guided: Type.Boolean(),
}

export const lotSchema = Type.Object(lotFields)
export const exitSchema = Type.Object({
  ...lotFields,
  /** Whole minutes between the car's entry and this exit. */
  stayMin: Type.Integer({ minimum: 0 }),
})

export type LotState = Static<typeof lotSchema>
export type LotExit = Static<typeof exitSchema>

/** Indices in the declaration's `events`. */
export const ENTRY = 0
export const EXIT = 1
export const STATUS = 2
