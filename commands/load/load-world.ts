// How large the city is for a load: its opening census, which comes at the plan's rate too, must not be most of it.
import { buildCatalogue } from '../../seeds/catalogue/catalogue.ts'
import type { City } from '../../seeds/contract.ts'
import type { OptionValues } from '../options/options.ts'
import { openWorld, type World } from '../wiring/world.ts'
import { type LoadOptions, SEARCH_GROWS, simulated } from './load-options.ts'

/** At the opening all report once; behind it the city's time moves, and ticks come, the more of them per event the smaller it is. */
const MOST_CENSUS = 0.25
const SMALL = [0.01, 0.05]

/** Between 0.01 and 1, two digits that count. */
function scaleFor(events: number, city: City): number {
  const [small, larger] = SMALL.map((scale) => buildCatalogue(city, scale).size)
  const perScale = (larger - small) / (SMALL[1] - SMALL[0])
  if (perScale <= 0) return 1
  const scale = (events * MOST_CENSUS - small) / perScale + SMALL[0]
  return Math.min(1, Math.max(SMALL[0], Number(scale.toPrecision(2))))
}

type LoadWorld = { world: World; values: OptionValues }

/** The world that a load simulates, and the options by which a worker opens the same. */
export function openLoadWorld(
  values: OptionValues,
  { load: { plan }, finds, world: { city }, workers }: LoadOptions,
): LoadWorld {
  // A search goes higher than it begins.
  const events = plan.total * (finds ? SEARCH_GROWS : 1)
  const own = simulated(values, scaleFor(events, city))
  const truth = values.truth === true
  return { world: openWorld(own, { truth, shards: workers }), values: own }
}
