// Section `simulation` of seeds/<city>/system-access.json.
import { type Static, Type } from 'typebox'
import { CityDateText } from '../../simulation/declare.ts'

const positive = Type.Number({ exclusiveMinimum: 0 })
const share = Type.Number({ minimum: 0, maximum: 1 })

export const accessParameters = Type.Object({
  note: Type.String(),
  /** City date on which an industry joined the hub, by slug; an industry without one has been there from the start. */
  joined: Type.Record(Type.String(), CityDateText),
  /** Each connected system fails so often and stays down so long. */
  failure: Type.Object({ perDay: positive, meanHours: positive }),
  /** Daily curve of the calls. */
  curve: Type.String(),
  /** By slug: calls of an industry per minute at the curve's mean while all of its systems are connected. */
  callsPerMinute: Type.Record(Type.String(), positive),
  /** Sigma of the logarithm: how one heartbeat differs from the next. */
  noiseSigma: Type.Number({ minimum: 0, maximum: 1 }),
  /** Share of calls that fail although the system is up. */
  failedCalls: share,
  /** Share of a down system's usual calls that the hub still tries, in vain. */
  vainCalls: share,
})

export type AccessParameters = Static<typeof accessParameters>
