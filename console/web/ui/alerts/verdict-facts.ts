// What the verdict is made of, from all that the page knows at this moment.
import { lang, t, tx } from '../../i18n/i18n.ts'
import { isUnderWay, kindOf } from '../../store/incidents.ts'
import { districtShades, openAlerts } from '../../store/kpi/districts.ts'
import { placeText } from '../incidents/place-text.ts'
import { planRow } from '../plan/plan-row.ts'
import type { AppState } from '../shell/context.ts'
import { differenceText } from '../twin/deviations.ts'
import type { Doubt, PlanCount, VerdictDeviation, VerdictFacts } from './verdict-sentence.ts'

export function verdictFacts(app: AppState): VerdictFacts {
  const { store, state } = app
  const run = store.run.value
  const now = store.simNow() ?? 0
  return {
    run,
    doubt: doubtOf(app),
    chosen: state.district.value,
    alerts: openOnes(app),
    findings: store.findings.value.filter(({ until }) => until === null),
    incidents: store.incidents.value.flatMap((incident) => {
      if (!run || !isUnderWay(incident, now)) return []
      const { place, kind } = incident
      const where = placeText(place, run, store.city.value)
      const district = 'district' in place ? place.district : null
      return [{ incident, where, district, kind: tx(kindOf(run, kind)?.label) || kind }]
    }),
    deviations: deviationsOf(app),
    plan: planOf(app),
  }
}

function doubtOf({ store }: AppState): Doubt | null {
  const { state } = store.connection.value
  if (!store.clock.value || !store.run.value) return 'connecting'
  if (state === 'lost' || state === 'connecting') return 'lost'
  if (state === 'stale') return 'stale'
  if (store.clock.value.status === 'ended') return 'ended'
  const hasFinal = [...store.kpis.value.keys()].some(
    (id) => store.readings.finals(id).value.length > 0,
  )
  return hasFinal ? null : 'warming'
}

function openOnes({ store }: AppState): VerdictFacts['alerts'] {
  return openAlerts(store.alerts.value).flatMap((alert) => {
    const kpi = store.kpis.value.get(alert.kpi)
    return kpi ? [{ alert, kpi }] : []
  })
}

/** As the map shades them and its legend says them; the worst first. */
function deviationsOf({ store, state }: AppState): VerdictDeviation[] | null {
  const { kpi, basis, byScope, values, differences } = districtShades(store, state)
  if (!kpi || basis !== 'usual') return null
  return [...byScope]
    .filter(([code, step]) => step > 0 && values.has(code) && differences.has(code))
    .sort((a, b) => b[1] - a[1])
    .map(([code]) => {
      const unit = kpi.measure.unit
      const by = differenceText(differences.get(code)!, unit, lang.value, t('twin.points'))
      return { code, kpi, value: values.get(code)!, by }
    })
}

/** The official targets, as the plan's panel lists them. */
function planOf({ store }: AppState): PlanCount | null {
  const targets = store.run.value?.plan.targets ?? []
  const official = targets.filter(({ grade }) => grade === 'official')
  const rows = official.map((target) => planRow(store, target))
  const has = (...wanted: string[]) => rows.filter(({ status }) => wanted.includes(status ?? ''))
  return {
    total: rows.length,
    met: has('met', 'ahead').length,
    track: has('on-track').length,
    behind: has('behind', 'missed').map(({ target }) => tx(target.short ?? target.name)),
  }
}
