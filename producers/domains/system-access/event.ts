// What an industry's connection to the hub reports: a heartbeat every minute.
import { type Static, Type } from 'typebox'

const count = Type.Integer({ minimum: 0 })

export const heartbeatSchema = Type.Object({
  /** The industry's systems that are to be connected. */
  systems: count,
  /** Of those, connected now. */
  connected: count,
  /** Calls of the hub since the last heartbeat, and those answered. */
  calls: count,
  served: count,
})

export type Heartbeat = Static<typeof heartbeatSchema>

/** Index in the declaration's events. */
export const HEARTBEAT = 0
