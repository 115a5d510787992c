// What a console server is built from; everything ambient (log, clock, seeds, limits) comes in here.
import type { FastifyBaseLogger } from 'fastify'
import type { Registry } from 'prom-client'
import type { Clock } from '../../infra/clock.ts'
import type { EventLog } from '../../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../../infra/event-log/ignored-records.ts'
import type { Descriptor } from '../../producers/contract/records.ts'
import type { Topics } from '../../producers/contract/topics.ts'
import type { Catalogue, City } from '../../seeds/contract.ts'
import type {
  CityView,
  DemoControls,
  RecordingsView,
  RecordingView,
  ReplayBeside,
  ReplayTimeline,
  ReplayView,
  StageMessage,
  StageView,
} from '../messages.ts'
import type { Published } from './own-names.ts'
import type { TrustedProxies } from './proxy.ts'

export type ConsoleOptions = {
  log: EventLog
  clock: Clock
  topics: Topics
  /** Where the readings are, when they are not the processor's own: lines of another engine, or records like the processor's. */
  kpiTopic?: string
  cityOf(descriptor: Descriptor): City
  catalogueOf(descriptor: Descriptor): Catalogue
  topologyOf(city: City): unknown
  roadsOf(city: City): { polylines: CityView['roads']; info: CityView['roadInfo'] }
  /** Folder of the built page (index.html, hashed assets, optional .br files). */
  webRoot: string
  /** Default 127.0.0.1. Any address that is not loopback needs `token`. */
  host?: string
  /** Default 8080; 0 = any free port; a taken one is replaced by the next free one, up to +20. */
  port?: number
  /**
   * Shared secret. When set, `/api`, `/metrics` and `/live` ask for it: HTTP by `Authorization: Bearer <token>`,
   * the socket by the same header or by a one-time ticket from `POST /api/ticket` (`/live?ticket=…`, 30 s).
   */
  token?: string
  /**
   * Public origins of the page, e.g. `https://city.example` behind a proxy; their hosts are allowed too. One that is not
   * loopback needs `token`.
   */
  origins?: string[]
  /** Public path of the page without a slash at its end, e.g. `/city`; a proxy may hand it on or take it off. */
  basePath?: string
  /** Whose word counts when they forward a client's address, scheme and host. By default no one is trusted. */
  trustProxy?: TrustedProxies
  /**
   * Where a container engine publishes this port: the page is opened there and nowhere else. A loopback address stands
   * for the engine's promise that only this machine reaches the port, so no token is needed, whatever `host` is.
   */
  published?: Published
  logger: FastifyBaseLogger
  metrics: Registry
  /** Where records that fit nothing are reported; one for the process. */
  ignored?: IgnoredRecords
  /** Reasons of other parts for not being ready. */
  extraHealth?: () => string[]
  /** GET /api/scenarios of the run's city; without it the route says that scenarios are not served here. */
  scenariosOf?: (city: string) => string[]
  /** Speeds that this machine reaches. */
  speeds?: number[]
  /** Wall ms at which the run was put to the time that the log has; where it is another than before, pages start afresh. */
  world?: number
  /** Of a recording that is replayed here. */
  replay?: ReplayView
  /** Times at which the run was kept, where it can go at once. */
  kept?: KeptTimes
  /** What was presented on the server before this one. */
  stage?: StageView
  /** What happens in it, for GET /api/replay. */
  replayTimeline?: () => Promise<ReplayTimeline>
  /** Of the recording that is replayed beside it, for GET /api/replay/beside. */
  replayBeside?: () => ReplayBeside
  /** false refuses all commands. Default true. */
  commands?: boolean
  /** What a presenter may do to the one-process demo; absent = no route, no button. */
  demo?: DemoControls
  /** Writes recordings of the city that is shown, where this process can. */
  recordings?: RecordingControls
  /**
   * Begins a twin without this command or incident, where this process can; resolves with the one that was ended for it,
   * null where there was none. Absent = twins are programs of their own.
   */
  twinWithout?: (id: string) => Promise<string | null>
  /** Steps at which the horizon waited, where the conductor runs in this process. */
  stalls?: () => number
  /** Where an audit of this log would read: brokers, topic prefix, and the file with the client's settings. */
  audit?: { brokers: string; prefix: string; config?: string; kpiTopic?: string }
  /** Options of `huacheng digest` that simulate this run again; null where no scenario on this machine does. */
  recheck?: (descriptor: Descriptor) => Record<string, string> | null
  limits?: Partial<ServerLimits>
}

/** Where a presenter sends the city: to sim time `at` (ms), to stand there or to go on at `speed`, with this on the stage. */
export type KeptJourney = {
  epoch: number
  at: number
  hold: boolean
  speed: number
  stage: StageView
}

export type KeptTimes = {
  /**
   * Resolves once another server stands at the address, which shows the city as it was then, with its stage; null where it was
   * not kept, or something else was done to the city before that time: then nothing has changed.
   */
  go(journey: KeptJourney): Promise<NextStage | null>
}

/** The stage of whatever server stands at the address by then. */
export type NextStage = { take(order: StageMessage): void }

/** What it cannot do it refuses with a Problem. Where on the disk a recording lies nobody who asks can say. */
export type RecordingControls = {
  view(): Promise<RecordingsView>
  /** Begins one of what comes from now on. */
  start(): Promise<RecordingView>
  /** Begins one of the last so many sim ms, or of as much of them as there is. */
  keepLast(lastMs: number): Promise<RecordingView>
  /** Resolves when the one that was started is closed. */
  stop(): Promise<RecordingView>
}

export type ServerLimits = {
  /** Sockets in all and per address. */
  clients: number
  clientsPerAddress: number
  /** Messages a client may send per second, with a burst of twice that. */
  messagesPerSecond: number
  /** A socket with more than this many unsent bytes is cut. */
  maxBufferedBytes: number
  /** Requests to /api per minute and address: cheap reads, of which a page needs a handful when it opens. */
  requestsPerMinute: number
  /** Of these, what costs the log something: commands, and look-ups of assets, lineage and history. */
  costlyPerMinute: number
}

export const DEFAULT_LIMITS: ServerLimits = {
  clients: 500,
  clientsPerAddress: 400,
  messagesPerSecond: 60,
  maxBufferedBytes: 4 * 1024 * 1024,
  requestsPerMinute: 6_000,
  costlyPerMinute: 600,
}

export const DEFAULT_SPEEDS = [1, 10, 30, 60, 120, 300]
