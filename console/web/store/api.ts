// The page's REST reads; each answers typed data or throws with the path and what came instead.
import type {
  Alert,
  AssetView,
  CityView,
  KpiReading,
  LedgerReading,
  RunView,
} from '../../messages.ts'
import { decodeCatalogue, type MapCatalogue } from './catalogue.ts'

export type Api = ReturnType<typeof createApi>

const HISTORY = 120

/** `token` is shown to a server that asks for one. */
export function createApi(token: string | null = null, read: typeof fetch = fetch) {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` }

  async function get(path: string, method = 'GET'): Promise<Response> {
    const response = await read(path, { method, headers })
    if (response.status === 401) {
      throw new Error(
        `${method} ${path}: no token that fits, expected one; open the page as /#token=…`,
      )
    }
    if (!response.ok) throw new Error(`${method} ${path}: status ${response.status}, expected 200`)
    return response
  }
  const json = async <T>(path: string): Promise<T> => (await (await get(path)).json()) as T
  const encoded = encodeURIComponent

  return {
    run: () => json<RunView>('/api/run'),
    city: () => json<CityView>('/api/city'),
    async catalogue(hash: string): Promise<MapCatalogue> {
      const response = await get(`/api/catalogue/${encoded(hash)}`)
      const domains = (response.headers.get('x-domains') ?? '').split(',').map((d) => d.trim())
      return decodeCatalogue(await response.arrayBuffer(), domains)
    },
    /** By catalogue number, which is what the map knows. */
    asset: (number: number) => json<AssetView>(`/api/assets/${number}`),
    /** Finals of one KPI, oldest first. */
    history: (kpi: string, last = HISTORY) =>
      json<KpiReading[]>(`/api/kpis/${encoded(kpi)}/history?last=${last}`),
    alerts: () => json<Alert[]>('/api/alerts'),
    /** Admission to the live socket, good once and for half a minute. */
    async ticket(): Promise<string> {
      const answer = (await (await get('/api/ticket', 'POST')).json()) as { ticket: string }
      return answer.ticket
    },
    ledger: () => json<LedgerReading[]>('/api/ledger'),
  }
}
