// What a few typed letters may mean among the things that the page knows by itself: districts, numbers, landmarks.
import type { CityView, RunView } from '../../../messages.ts'
import type { DeclaredKpi } from '../../store/kpi/measures.ts'

type Words = { zh: string; en: string }
export type Hit =
  | { kind: 'district'; id: string; name: Words }
  | { kind: 'kpi'; id: string; name: Words }
  | { kind: 'landmark'; id: string; name: Words; lon: number; lat: number }
  | { kind: 'asset'; id: string; name: Words; number: number; district: string }

/** Of each kind, so that one cannot crowd out the others. */
const MOST_OF_A_KIND = 5

export type KnownThings = {
  run: RunView
  city: CityView | null
  kpis: Iterable<DeclaredKpi>
}

/** Those whose name, in either language, or code holds `typed`; what begins with it comes first. Nothing for nothing. */
export function knownHits(typed: string, { run, city, kpis }: KnownThings): Hit[] {
  const wanted = typed.trim().toLowerCase()
  if (wanted === '') return []
  const districts = run.scopes.slice(1).map(({ code, name }): Hit => {
    return { kind: 'district', id: code, name }
  })
  const numbers = [...kpis].map(
    ({ id, measure }): Hit => ({ kind: 'kpi', id, name: measure.label }),
  )
  const landmarks = (city?.landmarks ?? []).map(({ name, lon, lat }): Hit => {
    return { kind: 'landmark', id: `${lon},${lat}`, name, lon, lat }
  })
  return [districts, numbers, landmarks].flatMap((all) => bestOf(all, wanted))
}

function bestOf(all: Hit[], wanted: string): Hit[] {
  const ranked = all.flatMap((hit) => {
    const places = [hit.name.zh, hit.name.en, hit.id]
      .map((text) => text.toLowerCase().indexOf(wanted))
      .filter((at) => at >= 0)
    return places.length === 0 ? [] : [{ hit, at: Math.min(...places) }]
  })
  ranked.sort((a, b) => a.at - b.at)
  return ranked.slice(0, MOST_OF_A_KIND).map(({ hit }) => hit)
}
