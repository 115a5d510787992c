// What the server remembers of every KPI that the plan has targets for: read one after the other, now and then.
import { useEffect, useState } from 'preact/hooks'
import type { DeclaredKpi } from '../../store/kpi/measures.ts'
import type { PageStore } from '../../store/store.ts'
import type { ChartPoint } from './chart-model.ts'

const DAY_MS = 86_400_000
const AGAIN_MS = 30_000

/** By KPI; of a run that is not a day old there is nothing that the board does not show. */
export function usePlanPast(store: PageStore): Map<string, ChartPoint[]> {
  const [past, setPast] = useState<Map<string, ChartPoint[]>>(new Map())
  const run = store.run.value
  const clock = store.clock.value
  const isOld = clock !== null && clock.horizon - clock.start > DAY_MS
  const isLive = store.connection.value.state === 'live'
  const status = clock?.status
  useEffect(() => {
    if (!run || !isOld || !isLive) return
    let isWanted = true
    let timer: ReturnType<typeof setTimeout> | null = null
    const read = async () => {
      for (const id of wanted(store, run.windowMs)) {
        try {
          const { points } = await store.api.points(id, run.scopes[0].code)
          if (!isWanted) return
          const known = points.map(({ end, value }) => ({ at: Date.parse(end), value }))
          setPast((before) => new Map(before).set(id, known))
        } catch {
          // The chart then shows what the board does; it says nothing of before.
        }
      }
      if (isWanted && status === 'running') timer = setTimeout(read, AGAIN_MS)
    }
    void read()
    return () => {
      isWanted = false
      clearTimeout(timer ?? undefined)
    }
  }, [run?.epoch, isOld, isLive, status])
  return past
}

/** In the plan's order. What a day's sum is held against the plan has no windows that are like it, unless they are days. */
function wanted({ run, kpis }: PageStore, windowMs: number): string[] {
  const isLike = (kpi: DeclaredKpi | undefined) =>
    kpi && (windowMs >= DAY_MS || !['ratio', 'count'].includes(kpi.measure.kind))
  const ids = new Set(run.value?.plan.targets.map(({ kpi }) => kpi))
  return [...ids].filter((id) => isLike(kpis.value.get(id)))
}
