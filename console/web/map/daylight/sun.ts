// How high the sun stands over a place: what makes a city's day visible without any clock on the map.

const DAY_MS = 86_400_000
/** Days from 1970 to noon of 2000-01-01. */
const J2000_DAYS = 10_957.5
const RADIANS = Math.PI / 180

const sin = (degrees: number) => Math.sin(degrees * RADIANS)
const cos = (degrees: number) => Math.cos(degrees * RADIANS)

/** Degrees of the sun's middle above the horizon at `time` (ms); good to a few hundredths for this century, without refraction. */
export function sunHeight(time: number, lon: number, lat: number): number {
  const days = time / DAY_MS - J2000_DAYS
  const anomaly = 357.529 + 0.98560028 * days
  const mean = 280.459 + 0.98564736 * days
  const along = mean + 1.915 * sin(anomaly) + 0.02 * sin(2 * anomaly)
  const tilt = 23.439 - 0.00000036 * days
  const ascension = Math.atan2(cos(tilt) * sin(along), cos(along)) / RADIANS
  const declination = Math.asin(sin(tilt) * sin(along)) / RADIANS
  const sidereal = 15 * (18.697374558 + 24.06570982441908 * days)
  const hour = sidereal + lon - ascension
  return Math.asin(sin(lat) * sin(declination) + cos(lat) * cos(declination) * cos(hour)) / RADIANS
}
