// The shading KPI's history of the whole run for the city: asked for when it is chosen, and again after a lost connection.
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { KpiReading } from '../../../messages.ts'
import { shadingKpi } from '../../store/kpi/districts.ts'
import type { DeclaredKpi } from '../../store/kpi/measures.ts'
import { useApp } from '../shell/context.ts'
import { type CurvePoint, joined } from './curve.ts'

/** Nobody waits for it: the map comes first. */
const LATER_MS = 1_500
const NO_FINALS: KpiReading[] = []

export function useCurve(): { kpi: DeclaredKpi; points: CurvePoint[] } | null {
  const { store, state } = useApp()
  const run = store.run.value
  const kpi = shadingKpi(store, state)
  const isLive = store.connection.value.state === 'live'
  const [past, setPast] = useState<{ of: string; points: CurvePoint[] }>({ of: '', points: [] })
  const of = run && kpi ? `${run.epoch} ${kpi.id}` : ''
  useEffect(() => {
    if (of === '' || !isLive || !run || !kpi) return
    let isWanted = true
    const timer = setTimeout(() => {
      store.api
        .points(kpi.id, run.scopes[0].code)
        .then(({ points }) => {
          const known = points.map(({ end, value }) => ({ at: Date.parse(end), value }))
          if (isWanted) setPast({ of, points: known })
        })
        .catch(() => {}) // the line then begins with what this page saw
    }, LATER_MS)
    return () => {
      isWanted = false
      clearTimeout(timer)
    }
  }, [of, isLive])
  const finals = kpi ? store.readings.finals(kpi.id).value : NO_FINALS
  const scope = run?.scopes[0].code ?? ''
  const points = useMemo(
    () => joined(past.of === of ? past.points : [], finals, scope),
    [past, of, finals, scope],
  )
  return run && kpi ? { kpi, points } : null
}
