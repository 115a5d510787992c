// Which districts border on each other, as the city's own map has it.
import type { City } from '../../seeds/contract.ts'

/** By code; of a city without a map none has neighbours. */
export function neighboursOf({ places, districts }: City): Map<string, Set<string>> {
  const arcs = new Map(districts.map(({ code }) => [code, new Set<number>()]))
  const drawn = places?.topology.objects.districts
  for (const part of drawn?.type === 'GeometryCollection' ? drawn.geometries : []) {
    if (!('arcs' in part)) continue
    const own = arcs.get((part.properties as { code?: string } | undefined)?.code ?? '')
    // A border is drawn once and walked in both directions: ~n is arc n backwards.
    for (const arc of part.arcs.flat(3)) own?.add(arc < 0 ? ~arc : arc)
  }
  const shares = (a: Set<number>, b: Set<number>) => [...a].some((arc) => b.has(arc))
  return new Map(
    [...arcs].map(([code, own]) => [
      code,
      new Set(
        [...arcs].flatMap(([other, its]) => (other !== code && shares(own, its) ? [other] : [])),
      ),
    ]),
  )
}
