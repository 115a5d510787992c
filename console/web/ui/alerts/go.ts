// Takes the page to what a link of the verdict or a row of the alerts is about: view, district, map.
import type { AppState } from '../shell/context.ts'
import type { VerdictPart } from './verdict-sentence.ts'

/** Around a finding, so that its surroundings say where it is. */
const ROOM = 1.6
const LEAST_KM = 1

/** Whether this page may go there at all: a kiosk stays in its view. */
export const mayGo = ({ state, kiosk }: AppState, to: VerdictPart['to']): boolean =>
  !kiosk || state.view.value === (to.kind === 'plan' ? 'plan' : 'map')

export function goTo({ store, state, map }: AppState, to: VerdictPart['to']): void {
  if (to.kind === 'plan') {
    state.view.value = 'plan'
    return
  }
  const city = store.run.value?.scopes[0].code
  const districtOf = (code: string | undefined) => (code === city ? null : (code ?? null))
  state.view.value = 'map'
  if (to.kind === 'district') {
    state.district.value = districtOf(to.code)
    state.metric.value = to.kpi
  } else if (to.kind === 'alert') {
    state.district.value = districtOf(to.alert.scope)
    state.lineage.value = to.alert.kpi
  } else if (to.kind === 'finding') {
    const { districts, lon, lat, km } = to.finding
    state.district.value = districtOf(districts[0]?.code)
    // After the map has turned to the district.
    setTimeout(() => map.value?.showArea({ lon, lat, km: Math.max(LEAST_KM, ROOM * km) }), 0)
  } else map.value?.showArea(to.incident.place)
}
