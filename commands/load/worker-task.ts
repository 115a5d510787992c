// What a load worker gets first, as plain JSON.
import type { OptionValues } from '../options/options.ts'

export type WorkerTask = {
  /** Which of how many. */
  worker: number
  workers: number
  kafka: OptionValues
  /** Options of the simulation. */
  simulated: OptionValues
  truth: boolean
  lingerMs: number
  /** The run that the events belong to: its epoch, and which start of its scenario it is. */
  epoch: number
  restart: number
  pad?: number
  skew?: number
  flat: boolean
  /** One of so many events is followed to a sink; 0 = none. */
  follow: number
}
