// Which channel each point belongs to, what is asked for there, and how that changes with the months.
import { checkEntries, collector } from '../../simulation/problems.ts'
import type { SimulationContext } from '../../simulation/simulator.ts'
import type { LicenceChannel, LicenceParameters } from './parameters.ts'

type Service = LicenceParameters['services'][number]

const MONTHS = 12

/** A channel's menu of services. */
export type ServiceMix = {
  /** How much is asked for in a month (0 = January), relative to a month without seasons. */
  volume: number[]
  /** Highest of `volume`. */
  peak: number
  /** A service of the month by a number in [0, 1). */
  pick(u: number, month: number): Service
}

export type PointChannels = {
  codeOf(i: number): string
  channelOf(i: number): LicenceChannel
  mixOf(i: number): ServiceMix
  /** Number of the month that `time` lies in, from 0. */
  month(time: number): number
}

export function createPointChannels(context: SimulationContext): PointChannels {
  const p = context.parameters as LicenceParameters
  checkChannels(context, p)
  const { assets, catalogue, demand } = context
  const codes = Object.keys(p.channels)
  const mixes = codes.map((code) => mixOf(p.services, code))
  const at = Uint8Array.from(assets, (number) => {
    const { channel } = p.points[String(catalogue.attributes[number].type)]
    return codes.indexOf(channel)
  })
  return {
    codeOf: (i) => codes[at[i]],
    channelOf: (i) => p.channels[codes[at[i]]],
    mixOf: (i) => mixes[at[i]],
    month: (time) => demand.day(time).month,
  }
}

function mixOf(services: Service[], channel: string): ServiceMix {
  const here = services.filter(({ at }) => at[channel] !== undefined)
  const weights = here.map(({ at, months }) =>
    Array.from({ length: MONTHS }, (_, month) => at[channel] * (months?.[month] ?? 1)),
  )
  const usual = here.reduce((sum, { at }) => sum + at[channel], 0)
  const totals = Array.from({ length: MONTHS }, (_, month) =>
    weights.reduce((sum, w) => sum + w[month], 0),
  )
  const volume = totals.map((total) => total / usual)
  return {
    volume,
    peak: Math.max(...volume),
    pick(u, month) {
      let left = u * totals[month]
      let s = 0
      while (s < here.length - 1 && left >= weights[s][month]) left -= weights[s++][month]
      return here[s]
    },
  }
}

/** Every point has a type, every type a channel, every channel a service; and services name channels that there are. */
function checkChannels(context: SimulationContext, p: LicenceParameters): void {
  const where = `seeds/${context.city.id}/e-license.json: simulation`
  const known = Object.keys(p.channels)
  const problems = collector()
  checkEntries(context, { domain: 'e-license', attribute: 'type', section: 'points' }, problems)
  const check = (channel: string, at: string) => {
    if (!known.includes(channel)) problems.add(at, `"${channel}"`, `one of ${known.join(', ')}`)
  }
  for (const [type, { channel }] of Object.entries(p.points)) {
    check(channel, `${where}.points.${type}.channel`)
  }
  for (const { code, at } of p.services) {
    for (const channel of Object.keys(at)) check(channel, `${where}.services (${code}).at`)
  }
  for (const channel of known) {
    const { paper, upload, none } = p.channels[channel].instead
    if (!(paper + upload + none > 0)) {
      problems.add(`${where}.channels.${channel}.instead`, '0, 0, 0', 'one weight above 0')
    }
    if (p.services.some(({ at }) => channel in at)) continue
    problems.add(`${where}.services`, `none at "${channel}"`, 'one at least', 'add it to its "at"')
  }
  problems.throwIfAny('e-license cannot be simulated')
}
