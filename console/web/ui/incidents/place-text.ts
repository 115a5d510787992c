// Where an incident is, in words: a district, near a landmark, along a line.
import type { CityView, IncidentPlace, RunView } from '../../../messages.ts'
import { exact, quantityText } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import { landmarkAt } from '../../store/incidents.ts'

const DEGREE_DIGITS = 3

export function placeText(place: IncidentPlace, run: RunView, city: CityView | null): string {
  if ('district' in place) {
    const scope = run.scopes.find(({ code }) => code === place.district)
    return scope ? tx(scope.name) : place.district
  }
  if ('polygon' in place) return t('incident.at.polygon', { n: place.polygon.length })
  const km = quantityText(place.km, 'km', lang.value)
  if ('route' in place) return t('incident.at.route', { n: place.route.length, km })
  const { lon, lat } = place
  const landmark = city && landmarkAt(city, lon, lat)
  const where = landmark ? tx(landmark.name) : pointText(lon, lat)
  return t('incident.at.point', { where, km })
}

const pointText = (...degrees: number[]): string =>
  degrees.map((d) => exact(Number(d.toFixed(DEGREE_DIGITS)), lang.value)).join(', ')
