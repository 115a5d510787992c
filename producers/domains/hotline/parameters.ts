// Section `simulation` of seeds/<city>/hotline.json: how many items come by which way, how long they take, and their limits.
import { type Static, Type } from 'typebox'
import { CATEGORIES } from './event.ts'

const Share = Type.Number({ minimum: 0, maximum: 1 })
const Median = Type.Number({ minimum: 1, maximum: 1440 })

/** Conditions in which people have more to ask for. */
export const ASKING = ['rain', 'ponding', 'mains', 'crowd'] as const
type AskingKind = (typeof ASKING)[number]

const asking = Type.Object(
  {
    /** Added to the usual demand, which is 1, per unit of the condition's strength, and at most. */
    perUnit: Type.Number({ minimum: 0, maximum: 10 }),
    most: Type.Number({ minimum: 0, maximum: 10 }),
    urgent: Share,
    /** By relative weight. */
    categories: Type.Partial(
      Type.Record(Type.Enum([...CATEGORIES]), Type.Number({ exclusiveMinimum: 0 })),
    ),
  },
  { additionalProperties: false },
)

export const parametersSchema = Type.Object(
  {
    /** Where the numbers come from. */
    note: Type.String({ minLength: 1 }),
    /** Daily curves of the items in seeds/<city>/demand.json. */
    curves: Type.Object(
      { phone: Type.String({ minLength: 1 }), internet: Type.String({ minLength: 1 }) },
      { additionalProperties: false },
    ),
    /** Items of a unit on a mean workday. */
    itemsPerDay: Type.Number({ minimum: 0 }),
    /** Share of the items that come by internet. */
    internet: Share,
    urgent: Share,
    /** Share that is answered on the spot, urgent ones aside. */
    answered: Share,
    /** Log-normal minutes until an item is forwarded, and within how many it should be. */
    forwarding: Type.Object(
      {
        urgentMedianMin: Median,
        urgentLimitMin: Median,
        medianMin: Median,
        limitMin: Median,
        sigma: Type.Number({ minimum: 0, maximum: 1.5 }),
      },
      { additionalProperties: false },
    ),
    /** By category: its share, log-normal hours until an item is closed, and within how many it should be. */
    categories: Type.Record(
      Type.Enum([...CATEGORIES]),
      Type.Object(
        {
          share: Share,
          medianH: Type.Number({ minimum: 1, maximum: 240 }),
          limitH: Type.Number({ minimum: 1, maximum: 720 }),
        },
        { additionalProperties: false },
      ),
    ),
    /** Sigma of the logarithm of the hours until an item is closed. */
    closingSigma: Type.Number({ minimum: 0, maximum: 1.5 }),
    /** What comes beside the usual while a condition holds at the unit. */
    asking: Type.Object(
      {
        note: Type.String({ minLength: 1 }),
        ...(Object.fromEntries(ASKING.map((kind) => [kind, asking])) as Record<
          AskingKind,
          typeof asking
        >),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)

export type HotlineParameters = Static<typeof parametersSchema>
