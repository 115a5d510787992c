// Schema of the `simulation` section of seeds/<city>/traffic-signal.json: flows, timings and what goes wrong.
import { type Static, Type } from 'typebox'

const closed = { additionalProperties: false }
const share = Type.Number({ minimum: 0, maximum: 1 })
const range = Type.Tuple([Type.Number({ minimum: 0 }), Type.Number({ minimum: 0 })])
const hours = Type.Tuple([
  Type.Number({ minimum: 0, maximum: 24 }),
  Type.Number({ minimum: 0, maximum: 24 }),
])

const classSchema = Type.Object(
  {
    /** Sum of the stages' critical flow ratios (flow / saturation flow) at mean demand: lowest and highest junction. */
    meanFlowRatio: range,
    /** Part of it that the main road has. */
    mainShare: range,
    mainLanes: Type.Integer({ minimum: 1, maximum: 6 }),
    crossLanes: Type.Integer({ minimum: 1, maximum: 6 }),
    /** True: the two arms of the cross road run one after the other where both exist (three stages). */
    splitCross: Type.Boolean(),
    /** Shortest cycle in which pedestrians get across, s: lowest and highest junction. */
    leastCycleS: range,
  },
  closed,
)

const spell = Type.Object(
  {
    /** Of the time. */
    share: Type.Number({ minimum: 0, maximum: 0.999 }),
    meanMin: Type.Number({ exclusiveMinimum: 0 }),
  },
  closed,
)

const episodes = Type.Object(
  {
    /** Lost to the hub: all junctions of a communications cabinet at once, one junction's line, one for weeks. */
    offline: Type.Object({ cabinet: spell, line: spell, chronic: spell }, closed),
    /** A controller that has found a fault in its own lamps. */
    flashing: spell,
    /** Minor junctions at amber by night: part of them by class, and the hours, each an hour later or earlier at most. */
    night: Type.Object({ share: Type.Record(Type.String(), share), hours }, closed),
    /** Police at a post run the junction by hand: posts by class, hours of workdays, chance that somebody comes. */
    police: Type.Object(
      { posts: Type.Record(Type.String(), share), hours: Type.Array(hours), chance: share },
      closed,
    ),
    /** An adaptive controller without its detectors runs fixed plans. */
    detector: spell,
  },
  closed,
)

export const parametersSchema = Type.Object(
  {
    /** Where the numbers come from. */
    note: Type.String({ minLength: 1 }),
    /** Delay indices known of the city, for the model's check alone: lowest and highest published, and that of the worst district. */
    published: Type.Optional(
      Type.Object(
        { source: Type.String({ minLength: 1 }), peakIndex: range, worstIndex: Type.Number() },
        closed,
      ),
    ),
    curve: Type.String({ minLength: 1 }),
    /** By the catalogue's attribute `class`. */
    classes: Type.Record(Type.String(), classSchema),
    /** Factor on the flow ratio by district code; 1 where absent. */
    districtFlow: Type.Record(Type.String(), Type.Number({ exclusiveMinimum: 0 })),
    /** Vehicles per second and lane at green. */
    saturationPerLane: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
    /** Vehicles that fit on an approach, per lane; more find another way, or wait at the junction before. */
    storagePerLane: Type.Integer({ minimum: 5, maximum: 200 }),
    /** Less flow against the tide: morning one way, evening the other. */
    tide: share,
    /** Part of the saturation flow that gets through a flashing junction. */
    flashingFlow: share,
    corridor: Type.Object(
      {
        /** Junctions of a cell on the same road are neighbours up to this distance. */
        longestLinkKm: Type.Number({ minimum: 0.1, maximum: 1.3 }),
        /** Of platoons between two stop lines, and of the progression that offsets are made for. */
        speedKmH: Type.Number({ minimum: 20, maximum: 70 }),
        /** At most this part of what leaves a main road's approach goes straight on, and of what comes to the next is that. */
        ahead: Type.Number({ minimum: 0, maximum: 0.95 }),
        /** Part of the rows of neighbours that run in step from the start. */
        coordinated: share,
      },
      closed,
    ),
    timing: Type.Object(
      {
        lostPerStageS: Type.Integer({ minimum: 0, maximum: 10 }),
        minGreenS: Type.Integer({ minimum: 4, maximum: 20 }),
        minCycleS: Type.Integer({ minimum: 30, maximum: 150 }),
        maxCycleS: Type.Integer({ minimum: 60, maximum: 150 }),
      },
      closed,
    ),
    /** Fixed plans by number from 1: the multiple of mean demand each is computed for, and if flows were counted anew. */
    plans: Type.Array(
      Type.Object(
        {
          demand: Type.Number({ exclusiveMinimum: 0, maximum: 5 }),
          resurveyed: Type.Optional(Type.Boolean()),
          /** By day many walk: the junction's shortest cycle times this. */
          walking: Type.Number({ minimum: 1, maximum: 3 }),
        },
        closed,
      ),
      { minItems: 1, maxItems: 9 },
    ),
    /** Plan in force from an hour on, ascending, first hour 0. */
    schedule: Type.Object(
      { workday: Type.Array(range, { minItems: 1 }), other: Type.Array(range, { minItems: 1 }) },
      closed,
    ),
    /** How far the flows that plans were computed for are from today's: sigma of the logarithm, per stage. */
    surveySigma: share,
    adaptive: Type.Object(
      {
        /** Degree of saturation that the controller steers to. */
        target: Type.Number({ minimum: 0.5, maximum: 0.98 }),
        /** Largest change of the cycle from one to the next, s. */
        stepS: Type.Integer({ minimum: 1, maximum: 60 }),
        /** Weight of the newest cycle in the measured flow. */
        smoothing: share,
      },
      closed,
    ),
    episodes,
    /** What incidents do to a junction. */
    conditions: Type.Object(
      {
        /** Where the numbers come from. */
        note: Type.String({ minLength: 1 }),
        /** Without mains a controller flashes amber on its battery for so long; then it is dark, and lost to the hub. */
        batteryMin: Type.Number({ minimum: 0, maximum: 1440 }),
        /** At most so many reports after what bore on a junction still name it, while its queue is longer than before. */
        cyclesAfter: Type.Integer({ minimum: 0, maximum: 200 }),
        /** Of what a crowd adds to the usual demand, the part that comes by road; the others walk or take the metro. */
        crowdByRoad: share,
      },
      closed,
    ),
    /** While a police officer runs the junction the plan's cycle is this much longer. */
    manualCycleFactor: Type.Number({ minimum: 1, maximum: 2 }),
  },
  closed,
)

export type SignalParameters = Static<typeof parametersSchema>
