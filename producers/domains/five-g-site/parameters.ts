// Section `simulation` of seeds/<city>/five-g-site.json.
import { type Static, Type } from 'typebox'

const share = Type.Number({ minimum: 0, maximum: 1 })
const positive = Type.Number({ exclusiveMinimum: 0 })

const sigma = Type.Number({ minimum: 0, maximum: 2 })
const exactly = { additionalProperties: false }

/** Spells that begin with probability `perDay` on a day; length log-normal, at most 24 h. */
const lengths = { medianHours: positive, sigma }
const spell = Type.Object({ perDay: share, ...lengths }, exactly)

/** Losses of mains in the storms that the weather has. */
const storm = Type.Object(
  {
    /** Width of the patches that are hit, km. */
    patchKm: Type.Number({ minimum: 0.5, maximum: 50 }),
    /** Bound of the field of chance (0-1, mean 0.5) above which a place is hit. */
    hitAbove: share,
    /** Of the feeders there, the share that is lost. */
    feederShare: share,
    ...lengths,
  },
  exactly,
)

export const siteParameters = Type.Object({
  note: Type.String(),
  /** By the catalogue's attribute `setting`. */
  settings: Type.Record(
    Type.String(),
    Type.Object({ curve: Type.String(), meanLoadPct: Type.Number({ minimum: 0, maximum: 60 }) }),
  ),
  load: Type.Object({
    /** Sigma of the logarithm: how sites differ for good. */
    siteSigma: Type.Number({ minimum: 0, maximum: 1.5 }),
    /** Sigma of the logarithm: how neighbourhoods (cells) differ for good. */
    cellSigma: Type.Number({ minimum: 0, maximum: 1 }),
    /** Sigma of the logarithm: how one site wanders. */
    noiseSigma: Type.Number({ minimum: 0, maximum: 1 }),
    /** The wandering's correlation falls to 1/e after this long. */
    correlationMinutes: positive,
    /** A degraded site carries its traffic on fewer resources. */
    degradedFactor: Type.Number({ minimum: 1, maximum: 3 }),
  }),
  usersPerLoadPct: Type.Object({ outdoor: positive, indoor: positive }),
  sleep: Type.Object({
    /** Share of sites that ever sleep, by kind. */
    outdoor: share,
    indoor: share,
    /** Each site falls asleep within so many minutes after 00:00 and wakes within as many before 06:00. */
    jitterMinutes: Type.Number({ minimum: 0, maximum: 120 }),
  }),
  /** Loss of mains on a power feeder; its sites live on batteries, then go out together. */
  mains: Type.Object(
    {
      perDay: share,
      ...lengths,
      batteryHours: Type.Object({ from: positive, to: positive }, exactly),
    },
    exactly,
  ),
  storm,
  /** Loss of a node that carries the traffic of the sites around it; a cell has `perCell` of them. */
  transmission: Type.Object(
    { perCell: Type.Integer({ minimum: 1, maximum: 256 }), perDay: share, ...lengths },
    exactly,
  ),
  /** A site's own loss of power. */
  outage: spell,
  /** A site's own equipment trouble: on air, but degraded. */
  degraded: spell,
  /** How long until it runs: a generator at a site, a supply connected to a feeder. */
  generator: Type.Object({ arrivalMinutes: positive, feederArrivalMinutes: positive }, exactly),
})

export type SiteParameters = Static<typeof siteParameters>
export type StormParameters = Static<typeof storm>
