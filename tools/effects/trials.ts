// In which circumstances each declared effect is measured: when, at which assets, and what went before.

import { HOUR_MS, MINUTE_MS } from '../../infra/time.ts'
import type { Scenario } from '../../seeds/contract.ts'

type Data = Record<string, unknown>

/** An asset as an operator sees it when the command is given. */
export type SeenAsset = {
  /** `data` of its latest event. */
  latest: Data
  /** Others of the command's group in its cell. */
  companions: number
}

export type GivenOrder = { name: string; args: Data }

export type Trial = {
  command: string
  /** Which of the effects that it declares show here, from 0; default all. */
  effects?: number[]
  /** Time of day at which the run starts, on a workday. */
  start: string
  /** When the command takes effect, after the start. */
  atMs: number
  /** Given to the same targets in both runs, so long before the command. */
  before?: GivenOrder & { ms: number }
  /** What else goes on in the city, in both runs. */
  incidents?: Scenario['incidents']
  /** Replaces parts of the domain's parameters, so that there is something to be commanded. */
  parameters?: Data
  fits(candidate: SeenAsset): boolean
}

const isCalm = ({ latest }: SeenAsset) => latest.mode === 'fixed' || latest.mode === 'adaptive'
const MORNING = { start: '09:30', atMs: HOUR_MS }
const anybody = () => true
const EVERYWHERE = {
  polygon: [
    [100, 0],
    [130, 0],
    [130, 50],
    [100, 50],
  ] as [number, number][],
}
/** At its height after eight hours. */
const outbreak: Scenario['incidents'][number] = {
  ...{ id: 'outbreak', kind: 'public-health', fromMs: 0, forMs: 16 * HOUR_MS },
  ...{ place: EVERYWHERE, severity: 'red', parameters: {} },
}
const EVENING = { start: '17:15', atMs: 15 * MINUTE_MS }
/** Rows as they are without an arrangement: every one of them is an operator's to coordinate. */
const alone = (more: Data = {}) => ({
  corridor: { longestLinkKm: 1.2, speedKmH: 45, ahead: 0.8, coordinated: 0, ...more },
})
const dark = { perDay: 0.5, medianHours: 6, sigma: 0.3 }
const outForPower = ({ latest }: SeenAsset) =>
  latest.state === 'out' && latest.alarm !== 'transmission'
const BUSY_LOT = 0.9
const isBusy = ({ latest }: SeenAsset) =>
  (latest.occupied as number) >= BUSY_LOT * (latest.capacity as number)

export const TRIALS: Trial[] = [
  {
    ...{ command: 'signal.switch-plan', ...EVENING, parameters: alone() },
    fits: ({ latest }) => latest.mode === 'fixed',
  },
  {
    ...{ command: 'signal.green-wave', start: '10:30', atMs: 15 * MINUTE_MS },
    parameters: alone(),
    fits: (c) => isCalm(c) && c.companions >= 2,
  },
  { command: 'signal.lock-stage', ...EVENING, fits: isCalm },
  { command: 'signal.flash', effects: [0], start: '02:00', atMs: 15 * MINUTE_MS, fits: isCalm },
  { command: 'signal.flash', effects: [1], ...EVENING, fits: isCalm },
  {
    ...{ command: 'signal.restore', ...EVENING },
    before: { name: 'signal.flash', args: { for: 'PT2H' }, ms: 15 * MINUTE_MS },
    fits: isCalm,
  },
  { command: 'parking.divert', start: '11:00', atMs: HOUR_MS, fits: isBusy },
  {
    ...{ command: 'parking.guide', start: '11:00', atMs: HOUR_MS },
    fits: (c) => isBusy(c) && c.latest.guided === true,
  },
  {
    ...{ command: 'site.dispatch-generator', start: '14:00', atMs: 2 * HOUR_MS },
    parameters: { outage: dark },
    fits: outForPower,
  },
  {
    ...{ command: 'site.power-feeder', start: '14:00', atMs: 2 * HOUR_MS },
    parameters: { mains: { ...dark, batteryHours: { from: 2, to: 4 } } },
    fits: ({ latest }) => latest.alarm === 'mains',
  },
  {
    ...{ command: 'licence.paper-fallback', start: '09:30', atMs: HOUR_MS },
    fits: ({ latest }) => latest.presented === 'e-license',
  },
  { command: 'hotline.reinforce', ...MORNING, fits: anybody },
  { command: 'case.open', ...MORNING, fits: anybody },
  { command: 'case.hurry', ...MORNING, fits: anybody },
  { command: 'case.close', ...MORNING, fits: anybody },
  {
    ...{ command: 'health.deploy', start: '06:00', atMs: 5 * HOUR_MS, fits: anybody },
    incidents: [outbreak],
  },
  {
    ...{ command: 'health.deploy-district', start: '06:00', atMs: 5 * HOUR_MS, fits: anybody },
    incidents: [outbreak],
  },
]
