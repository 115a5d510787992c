// The page's REST reads, relative to the page's own address (it may lie under a path); each answers typed data or throws what came instead.
import type {
  AssetView,
  Capability,
  CityView,
  EngineView,
  KpiReading,
  LineageView,
  OpeningView,
  ProofView,
  RunView,
  TaskView,
  TwinView,
} from '../../../messages.ts'
import { decodeCatalogue, type MapCatalogue } from './catalogue.ts'

export type Api = ReturnType<typeof createApi>

const HISTORY = 120
/** Whoever does not answer for so long is gone: a connection can be dead without a word. */
const ANSWER_MS = 10_000
/** A ticket is a few bytes; each try may meet a dead connection that the browser still keeps. */
const TICKET_MS = 3_000
const TICKET_TRIES = 3
const ACT_MS = 120_000

/** `token` is shown to a server that asks for one. */
export function createApi(token: string | null = null, read: typeof fetch = fetch) {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` }

  async function ask<T>(
    path: string,
    take: (response: Response) => Promise<T>,
    { method = 'GET', withinMs = ANSWER_MS } = {},
  ): Promise<T> {
    const where = `${method} ${path}`
    try {
      const signal = AbortSignal.timeout(withinMs)
      const response = await read(path, { method, headers, signal })
      if (response.ok) return await take(response)
      const reason =
        response.status === 401
          ? 'no token that fits, expected one; open the page with #token=… at the end of its address'
          : await reasonOf(response)
      throw new ReadError(`${where}: ${reason}`, response.status, retryAfter(response.headers))
    } catch (error) {
      if (error instanceof ReadError) throw error
      const { name, message } = error as Error
      const what = name === 'TimeoutError' ? `no answer within ${withinMs / 1000} s` : message
      throw new ReadError(`${where}: ${what}`, null, 0)
    }
  }
  async function ticket(tries: number): Promise<string> {
    const take = async (r: Response) => ((await r.json()) as { ticket: string }).ticket
    try {
      return await ask('api/ticket', take, { method: 'POST', withinMs: TICKET_MS })
    } catch (error) {
      if ((error as ReadError).status !== null || tries <= 1) throw error
      return ticket(tries - 1)
    }
  }
  const json = <T>(path: string): Promise<T> => ask(path, (r) => r.json() as Promise<T>)
  const encoded = encodeURIComponent

  return {
    run: () => json<RunView>('api/run'),
    /** The larger reads of a page load may take `withinMs`, which whoever asks again makes longer. */
    city: (withinMs?: number) =>
      ask('api/city', (r) => r.json() as Promise<CityView>, { withinMs }),
    catalogue: (hash: string, withinMs?: number): Promise<MapCatalogue> =>
      ask(
        `api/catalogue/${encoded(hash)}`,
        async (response) => {
          const domains = (response.headers.get('x-domains') ?? '').split(',').map((d) => d.trim())
          return decodeCatalogue(await response.arrayBuffer(), domains)
        },
        { withinMs },
      ),
    /** What happened before this page was opened, in one read. */
    opening: (withinMs?: number) =>
      ask('api/opening', (r) => r.json() as Promise<OpeningView>, { withinMs }),
    /** By catalogue number, which is what the map knows. */
    asset: (number: number) => json<AssetView>(`api/assets/${number}`),
    /** Finals of one KPI, oldest first. */
    history: (kpi: string, last = HISTORY) =>
      json<KpiReading[]>(`api/kpis/${encoded(kpi)}/history?last=${last}`),
    /** Admission to the live socket, good once and for half a minute. */
    ticket: () => ticket(TICKET_TRIES),
    ledger: () => json<TaskView[]>('api/ledger'),
    twins: () => json<TwinView[]>('api/twin'),
    proof: () => json<ProofView>('api/proof'),
    engine: () => json<EngineView>('api/engine'),
    /** The parts of the newest final, and raw events of one partition: the one with most, or the one asked for. */
    lineage(kpi: string, scope: string, kind: 'window' | 'day', partition?: number) {
      const asked = new URLSearchParams({ scope, kind })
      if (partition !== undefined) asked.set('partition', String(partition))
      return json<LineageView>(`api/kpis/${encoded(kpi)}/lineage?${asked}`)
    },
    /** Answered when it is done, which may take long: a processor that dies is replaced first. */
    act: (capability: Capability): Promise<void> =>
      ask(`api/demo/${capability}`, async () => {}, { method: 'POST', withinMs: ACT_MS }),
  }
}

/** Why a read failed; `status` is null when nothing answered, `retryAfterMs` what the server asked to wait. */
export class ReadError extends Error {
  readonly status: number | null
  readonly retryAfterMs: number
  constructor(message: string, status: number | null, retryAfterMs: number) {
    super(message)
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}

/** `Retry-After` as seconds or as a date, in ms; 0 = not said. */
function retryAfter(headers: Headers): number {
  const said = headers.get('retry-after')
  if (said === null) return 0
  const seconds = Number(said)
  const ms = Number.isNaN(seconds) ? Date.parse(said) - Date.now() : seconds * 1000
  return Number.isNaN(ms) ? 0 : Math.max(0, ms)
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
