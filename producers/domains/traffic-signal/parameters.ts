// Schema of the `simulation` section of seeds/<city>/traffic-signal.json: flows, timings and what goes wrong.
import { type Static, Type } from 'typebox'

const closed = { additionalProperties: false }
const share = Type.Number({ minimum: 0, maximum: 1 })
const range = Type.Tuple([Type.Number({ minimum: 0 }), Type.Number({ minimum: 0 })])

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
  },
  closed,
)

const episodeSchema = Type.Object(
  {
    /** Of the time. */
    share,
    meanMin: Type.Number({ exclusiveMinimum: 0 }),
  },
  closed,
)

export const parametersSchema = Type.Object(
  {
    /** Where the numbers come from. */
    note: Type.String({ minLength: 1 }),
    curve: Type.String({ minLength: 1 }),
    /** By the catalogue's attribute `class`. */
    classes: Type.Record(Type.String(), classSchema),
    /** Factor on the flow ratio by district code; 1 where absent. */
    districtFlow: Type.Record(Type.String(), Type.Number({ exclusiveMinimum: 0 })),
    /** Vehicles per second and lane at green. */
    saturationPerLane: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
    /** Vehicles that fit on an approach, per lane; more find another way. */
    storagePerLane: Type.Integer({ minimum: 5, maximum: 200 }),
    /** Less flow against the tide: morning one way, evening the other. */
    tide: share,
    /** Part of the saturation flow that gets through a flashing junction. */
    flashingFlow: share,
    timing: Type.Object(
      {
        lostPerStageS: Type.Integer({ minimum: 0, maximum: 10 }),
        minGreenS: Type.Integer({ minimum: 4, maximum: 20 }),
        minCycleS: Type.Integer({ minimum: 30, maximum: 150 }),
        maxCycleS: Type.Integer({ minimum: 60, maximum: 150 }),
      },
      closed,
    ),
    /** Fixed plans by number from 1: the multiple of mean demand each was computed for. */
    plans: Type.Array(Type.Number({ exclusiveMinimum: 0 }), { minItems: 1, maxItems: 9 }),
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
    /** `detector`: an adaptive controller without its detectors runs fixed plans. */
    episodes: Type.Object(
      {
        offline: episodeSchema,
        flashing: episodeSchema,
        manual: episodeSchema,
        detector: episodeSchema,
      },
      closed,
    ),
    /** While a police officer runs the junction the plan's cycle is this much longer. */
    manualCycleFactor: Type.Number({ minimum: 1, maximum: 2 }),
  },
  closed,
)

export type SignalParameters = Static<typeof parametersSchema>
