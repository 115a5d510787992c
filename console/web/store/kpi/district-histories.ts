// The small charts of districts: read one KPI after the other when somebody first looks at a district, not at the opening.
import { effect, type Signal } from '@preact/signals'
import type { PageStore } from '../store.ts'
import { headlines } from './measures.ts'

export function followDistrict(store: PageStore, district: Signal<string | null>): () => void {
  let asked = -1
  return effect(() => {
    const epoch = store.run.value?.epoch ?? -1
    if (district.value === null || epoch < 0 || epoch === asked) return
    asked = epoch
    void readAll(store, epoch)
  })
}

async function readAll(store: PageStore, epoch: number): Promise<void> {
  for (const { id } of headlines(store.kpis.value)) {
    try {
      const history = await store.api.history(id)
      if (store.run.value?.epoch !== epoch) return
      store.readings.remember(
        id,
        history.filter((reading) => reading.epoch === epoch),
      )
    } catch {
      // The line then begins with what this page saw.
    }
  }
}
