// Follows the city's clock and says when the light has changed enough to be seen.
import type { Theme } from '../../view-state.ts'
import { type Daylight, daylight } from './daylight.ts'
import { sunHeight } from './sun.ts'

/** The sun moves a degree in four minutes; less of it nobody sees. */
const STEP_DEGREES = 1

export class DayWatch {
  readonly #lon: number
  readonly #lat: number
  #shown = ''
  #now: Daylight = daylight(90, 'dark')

  constructor(lon: number, lat: number) {
    this.#lon = lon
    this.#lat = lat
  }

  /** What was found last. */
  get light(): Daylight {
    return this.#now
  }

  /** Null where nothing changed since the last one. */
  at(time: number, theme: Theme): Daylight | null {
    const height = sunHeight(time, this.#lon, this.#lat)
    const step = Math.round(height / STEP_DEGREES) * STEP_DEGREES
    const key = `${theme} ${step}`
    if (key === this.#shown) return null
    this.#shown = key
    this.#now = daylight(step, theme)
    return this.#now
  }
}
