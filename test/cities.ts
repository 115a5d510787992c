// The cities that tests run on: what holds for any city is asked of every folder of seeds/, at a size that stays quick.
import { cityNames } from '../seeds/load/city.ts'

/** Every city; a new folder of seeds/ is in the suites by being there. */
export const CITIES = cityNames()

/** The city for tests that need only a city. */
export const SMALL_CITY = 'testville'

/** Scale at which a city has hundreds to a few thousand assets. */
const SCALES: Record<string, string> = { guangzhou: '0.02' }

/** Options of a command that simulates this city: small enough for minutes of sim time within seconds. */
export const smallOptions = (city: string) => ({ city, scale: SCALES[city] ?? '1' })
