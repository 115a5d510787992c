// What sites share: power feeders and transmission nodes. Seen over the whole city, so that every shard finds the same ones.
import { cos } from '../../../infra/maths.ts'
import type { SimulationContext } from '../../simulation/simulator.ts'
import { createDailySpells, dayNumber, NO_SPELL, type Spell } from '../../simulation/spells.ts'
import type { SiteParameters } from './parameters.ts'
import { createStorms, type Feeder, type StormRain, type Storms } from './storms.ts'

const DOMAIN = 'five-g-site'
const RADIANS = Math.PI / 180
/** Spells remembered per network before the memory begins anew: many sites ask for the same ones. */
const REMEMBERED = 50_000

/** The spell of the network's member number `n` that begins on a day. */
export type SpellOf = (n: number, dayStart: number) => Spell

/**
 * Losses of mains: an ordinary one now and then, and those of storms. Nothing but (seed, feeder, day, its district's
 * weather) enters, so that whatever hangs on the same feeder can follow it.
 */
export function createMains(
  seed: number,
  p: Pick<SiteParameters, 'mains' | 'storm'>,
  rain: StormRain,
): (feeder: Feeder, dayStart: number) => Spell {
  const ordinary = createDailySpells(seed, 'mains', p.mains)
  const storms: Storms = createStorms(seed, p.storm, rain)
  return (feeder, dayStart) => {
    const storm = storms(feeder, dayStart)
    return storm === NO_SPELL ? ordinary(feeder.name, dayStart) : storm
  }
}

/** Each site's feeder by number, and what happens to it. */
export function feederNetwork(context: SimulationContext) {
  const { assets, catalogue, scenario, weather } = context
  const p = context.parameters as SiteParameters
  const numbers = new Map<string, number>()
  const feeders: Feeder[] = []
  // A feeder lies where its first site stands: the same at every scale, for every shard.
  const { from, to } = catalogue.ranges[DOMAIN]
  for (let n = from; n < to; n++) {
    const name = String(catalogue.attributes[n].feeder)
    if (numbers.has(name)) continue
    const scope = catalogue.district[n]
    numbers.set(
      name,
      feeders.push({ name, scope, lon: catalogue.lon[n], lat: catalogue.lat[n] }) - 1,
    )
  }
  const mains = createMains(scenario.seed, p, (time, scope) => {
    const { storm, rainMmH } = weather.at(time, scope)
    return storm ? rainMmH : 0
  })
  const of = Uint32Array.from(
    assets,
    (n) => numbers.get(String(catalogue.attributes[n].feeder)) ?? 0,
  )
  return { of, spell: remembering(feeders.length, (n, day) => mains(feeders[n], day)) }
}

/**
 * Each site's transmission node by number, and what happens to it. The first sites of a cell (`perCell` of them) stand
 * beside its nodes; every other site hangs on the nearest one, so that a node that fails leaves a hole in the map.
 */
export function transmissionNetwork(context: SimulationContext) {
  const { assets, catalogue, scenario } = context
  const { transmission: p } = context.parameters as SiteParameters
  const nodesOf = new Map<number, number[]>()
  const nodes: number[] = []
  const { from, to } = catalogue.ranges[DOMAIN]
  for (let n = from; n < to; n++) {
    const cell = catalogue.cell[n]
    let list = nodesOf.get(cell)
    if (list === undefined) {
      list = []
      nodesOf.set(cell, list)
    }
    if (list.length < p.perCell) list.push(nodes.push(n) - 1)
  }
  const { lon, lat } = catalogue
  const of = Uint32Array.from(assets, (n) => {
    const shrink = cos(lat[n] * RADIANS)
    let nearest = 0
    let least = Number.POSITIVE_INFINITY
    for (const node of nodesOf.get(catalogue.cell[n]) ?? []) {
      const x = (lon[nodes[node]] - lon[n]) * shrink
      const y = lat[nodes[node]] - lat[n]
      const distance = x * x + y * y
      if (distance >= least) continue
      least = distance
      nearest = node
    }
    return nearest
  })
  const spells = createDailySpells(scenario.seed, 'transmission', p)
  return {
    of,
    spell: remembering(nodes.length, (n, day) => spells(catalogue.ids[nodes[n]], day)),
  }
}

function remembering(members: number, spellOf: SpellOf): SpellOf {
  // Not saved: drawn anew they are the same.
  const known = new Map<number, Spell>()
  return (n, dayStart) => {
    if (known.size > REMEMBERED) known.clear()
    const key = dayNumber(dayStart) * members + n
    let spell = known.get(key)
    if (spell === undefined) {
      spell = spellOf(n, dayStart)
      known.set(key, spell)
    }
    return spell
  }
}
