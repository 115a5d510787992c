// The page's REST reads, relative to the page's own address (it may lie under a path); each answers typed data or throws what came instead.
import type {
  Acknowledgement,
  AssetView,
  Capability,
  CityView,
  EngineView,
  FindingAssets,
  FoundAsset,
  HistoryPoints,
  ItemsView,
  KpiReading,
  LineageView,
  OpeningView,
  ProofView,
  RoadsView,
  RunView,
  TaskView,
  TwinChoices,
  TwinView,
} from '../../../messages.ts'
import { t } from '../../i18n/i18n.ts'
import { decodeCatalogue, type MapCatalogue } from './catalogue.ts'

export type Api = ReturnType<typeof createApi>

const HISTORY = 120
/** Whoever does not answer for so long is gone: a connection can be dead without a word. */
const ANSWER_MS = 10_000
/** A ticket is a few bytes; each try may meet a dead connection that the browser still keeps. */
const TICKET_MS = 3_000
const TICKET_TRIES = 3
const ACT_MS = 120_000

type AskOptions = { method?: string; withinMs?: number; body?: object }

/** JSON where there is something to be sent. */
function requestOf({
  body,
  headers,
  ...rest
}: Omit<RequestInit, 'body'> & { body?: object }): RequestInit {
  if (!body) return { ...rest, headers }
  const type = { 'content-type': 'application/json' }
  return { ...rest, headers: { ...headers, ...type }, body: JSON.stringify(body) }
}

type Ask = <T>(
  path: string,
  take: (response: Response) => Promise<T>,
  options?: AskOptions,
) => Promise<T>

const curveReads = (json: <T>(path: string) => Promise<T>) => ({
  /** One scope's values of all windows that are kept, oldest first; of the city, or of one of its twins. */
  points: (kpi: string, scope: string, twin?: string) =>
    json<HistoryPoints>(
      `api/kpis/${encodeURIComponent(kpi)}/history?${new URLSearchParams({ scope, ...(twin ? { twin } : {}) })}`,
    ),
})

const twinReads = (json: <T>(path: string) => Promise<T>, ask: Ask) => ({
  twins: () => json<TwinView[]>('api/twin'),
  twinChoices: () => json<TwinChoices>('api/twin/choices'),
  /** Begins a twin without this command; what would be shows among `twins` when it has caught up. */
  twinWithout: (without: string) =>
    ask('api/twin', async () => {}, { method: 'POST', body: { without } }),
})

/** The larger reads of a page load may take `withinMs`, which whoever asks again makes longer. */
const placeReads = (ask: Ask) => ({
  city: (withinMs?: number) =>
    ask('api/city?roads=main', (r) => r.json() as Promise<CityView>, { withinMs }),
  /** Those that are seen from near by only. */
  roads: (withinMs?: number) =>
    ask('api/city/roads', (r) => r.json() as Promise<RoadsView>, { withinMs }),
  catalogue: (hash: string, withinMs?: number): Promise<MapCatalogue> =>
    ask(
      `api/catalogue/${encodeURIComponent(hash)}?part=coarse`,
      async (response) => {
        const domains = (response.headers.get('x-domains') ?? '').split(',').map((d) => d.trim())
        return decodeCatalogue(await response.arrayBuffer(), domains)
      },
      { withinMs },
    ),
  /** What the coarse catalogue leaves open. */
  fineCatalogue: (hash: string, withinMs?: number) =>
    ask(`api/catalogue/${encodeURIComponent(hash)}?part=fine`, (r) => r.arrayBuffer(), {
      withinMs,
    }),
})

const assetNameReads = (json: <T>(path: string) => Promise<T>) => ({
  /** At most 20 whose id or name holds `text`. */
  assetsNamed: (text: string) => json<FoundAsset[]>(`api/assets?q=${encodeURIComponent(text)}`),
  assetNames: (numbers: number[]) => json<FoundAsset[]>(`api/assets?numbers=${numbers}`),
})

const itemReads = (json: <T>(path: string) => Promise<T>) => ({
  /** What is under way at all assets of a domain; what is left out asks for all. */
  items: (asked: { domain: string; district?: string; type?: string; overdue?: string }) =>
    json<ItemsView>(`api/items?${new URLSearchParams(asked)}`),
})

const alertCalls = (json: <T>(path: string) => Promise<T>, ask: Ask) => ({
  /** Says to all pages that somebody has seen an alert or a finding, and `to` whom it is given. */
  acknowledge: (id: string, to?: string) =>
    ask('api/acknowledgements', (r) => r.json() as Promise<Acknowledgement>, {
      ...{ method: 'POST', body: { id, to } },
    }),
  /** The abnormal assets of a finding, by catalogue number. */
  finding: (id: string) => json<FindingAssets>(`api/findings/${encodeURIComponent(id)}`),
})

/** `token` is shown to a server that asks for one. */
export function createApi(token: string | null = null, read: typeof fetch = fetch) {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` }

  async function ask<T>(
    path: string,
    take: (response: Response) => Promise<T>,
    { method = 'GET', withinMs = ANSWER_MS, body }: AskOptions = {},
  ): Promise<T> {
    const where = `${method} ${path}`
    try {
      const signal = AbortSignal.timeout(withinMs)
      const response = await read(path, requestOf({ method, headers, body, signal }))
      if (response.ok) return await take(response)
      const reason = response.status === 401 ? t('conn.token') : await reasonOf(response)
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
    /** For whoever has a read of its own. */
    ask,
    run: () => json<RunView>('api/run'),
    ...placeReads(ask),
    /** What happened before this page was opened, in one read. */
    opening: (withinMs?: number) =>
      ask('api/opening', (r) => r.json() as Promise<OpeningView>, { withinMs }),
    ...assetNameReads(json),
    /** By catalogue number, which is what the map knows, or by id, which is what people do. */
    asset: (which: number | string) => json<AssetView>(`api/assets/${encoded(which)}`),
    /** Finals of one KPI, oldest first. */
    history: (kpi: string, last = HISTORY) =>
      json<KpiReading[]>(`api/kpis/${encoded(kpi)}/history?last=${last}`),
    /** Admission to the live socket, good once and for half a minute. */
    ticket: () => ticket(TICKET_TRIES),
    ledger: () => json<TaskView[]>('api/ledger'),
    ...twinReads(json, ask),
    ...curveReads(json),
    ...itemReads(json),
    ...alertCalls(json, ask),
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
