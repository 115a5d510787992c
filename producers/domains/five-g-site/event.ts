// What a 5G site reports: one `status` event, every 15 minutes and at each change of state.
import { type Static, Type } from 'typebox'

export const SITE_STATES = ['on-air', 'degraded', 'sleep', 'out'] as const

/** Why a site is out or degraded: the first cause where there are several. */
export const ALARMS = ['none', 'mains', 'power', 'transmission', 'equipment'] as const

export const statusSchema = Type.Object({
  state: Type.Enum([...SITE_STATES], { type: 'string' }),
  alarm: Type.Enum([...ALARMS], { type: 'string' }),
  kind: Type.Enum(['outdoor', 'indoor'], { type: 'string' }),
  /** Used by more than one operator; a matter of ownership, not a kind of site. */
  shared: Type.Boolean(),
  operator: Type.String({ minLength: 1 }),
  /** Physical resource blocks in use, %, one decimal. */
  loadPct: Type.Number({ minimum: 0, maximum: 100 }),
  users: Type.Integer({ minimum: 0 }),
})

export type SiteStatus = Static<typeof statusSchema>
export type SiteState = SiteStatus['state']
export type SiteAlarm = SiteStatus['alarm']

/** Index in the declaration's events. */
export const STATUS = 0
