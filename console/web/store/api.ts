// The page's REST reads, relative to the page's own address (it may lie under a path); each answers typed data or throws with the path and what came instead.
import type {
  Alert,
  AssetView,
  Capability,
  CityView,
  DemoHappening,
  EngineView,
  KpiReading,
  LineageView,
  ProofView,
  RunView,
  TaskView,
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
        `${method} ${path}: no token that fits, expected one; open the page with #token=… at the end of its address`,
      )
    }
    if (!response.ok) throw new Error(`${method} ${path}: ${await reasonOf(response)}`)
    return response
  }
  const json = async <T>(path: string): Promise<T> => (await (await get(path)).json()) as T
  const encoded = encodeURIComponent

  return {
    run: () => json<RunView>('api/run'),
    city: () => json<CityView>('api/city'),
    async catalogue(hash: string): Promise<MapCatalogue> {
      const response = await get(`api/catalogue/${encoded(hash)}`)
      const domains = (response.headers.get('x-domains') ?? '').split(',').map((d) => d.trim())
      return decodeCatalogue(await response.arrayBuffer(), domains)
    },
    /** By catalogue number, which is what the map knows. */
    asset: (number: number) => json<AssetView>(`api/assets/${number}`),
    /** Finals of one KPI, oldest first. */
    history: (kpi: string, last = HISTORY) =>
      json<KpiReading[]>(`api/kpis/${encoded(kpi)}/history?last=${last}`),
    alerts: () => json<Alert[]>('api/alerts'),
    /** Admission to the live socket, good once and for half a minute. */
    async ticket(): Promise<string> {
      const answer = (await (await get('api/ticket', 'POST')).json()) as { ticket: string }
      return answer.ticket
    },
    ledger: () => json<TaskView[]>('api/ledger'),
    proof: () => json<ProofView>('api/proof'),
    engine: () => json<EngineView>('api/engine'),
    /** The parts of the newest final, and raw events of one partition: the one with most, or the one asked for. */
    lineage(kpi: string, scope: string, kind: 'window' | 'day', partition?: number) {
      const asked = new URLSearchParams({ scope, kind })
      if (partition !== undefined) asked.set('partition', String(partition))
      return json<LineageView>(`api/kpis/${encoded(kpi)}/lineage?${asked}`)
    },
    /** What was done to the demo so far. */
    async demo(): Promise<DemoHappening[]> {
      return (await json<{ happenings: DemoHappening[] }>('api/demo')).happenings
    },
    act: async (capability: Capability): Promise<void> => {
      await get(`api/demo/${capability}`, 'POST')
    },
  }
}

/** The server's own sentence where there is one. */
async function reasonOf(response: Response): Promise<string> {
  try {
    const { message } = (await response.json()) as { message?: string }
    if (message) return message
  } catch {
    // No JSON: then the status has to say it.
  }
  return `status ${response.status}, expected 200`
}
