// Everything the page knows, as signals: fed by the live connection and a few REST reads, free of any framework view.
import { batch, computed, signal } from '@preact/signals'
import type {
  Acknowledgement,
  AlertView,
  CityView,
  ClientMessage,
  ClockView,
  FindingView,
  HealthView,
  IncidentRecord,
  LedgerView,
  OpeningView,
  RoadsView,
  RunView,
  ServerMessage,
  StateMessage,
} from '../../messages.ts'
import { OP_OUTLINE } from '../../packed-messages.ts'
import { learnUnits } from '../i18n/format.ts'
import { EntityStore } from './assets/entities.ts'
import type { ToneName } from './assets/tones.ts'
import { CLOCK_PAUSE, CLOCK_RESUME, CLOCK_SPEED, RUN_RESTART, SentCommands } from './commands.ts'
import type { Again } from './connection/again.ts'
import type { Api } from './connection/api.ts'
import type { MapCatalogue } from './connection/catalogue.ts'
import type { ConnectionState } from './connection/connection.ts'
import type { FrameFate } from './connection/frame-queue.ts'
import { DemoWatch } from './demo.ts'
import { type DeclaredKpi, kpisOf } from './kpi/measures.ts'
import { KpiReadings } from './kpi/readings.ts'
import { SteadyShades } from './kpi/steady-shades.ts'
import { UsualReadings } from './kpi/usual.ts'
import { Latency } from './latency.ts'
import { newCommandId } from './new-id.ts'
import { Notices } from './notices.ts'
import { SharedPresentation } from './presentation.ts'
import { Rates } from './rates.ts'
import { RunReads } from './run-reads.ts'
import { ServerClock } from './server-clock.ts'
import { SimClock } from './sim-clock.ts'
import { StreamBook } from './stream-book.ts'

/** A delta gathers about this much (s); its pulses are spread over it. */
const PULSE_SPREAD_S = 0.3
const HOUR_MS = 3_600_000

type Aggregate = Extract<ServerMessage, { op: 'agg' }>
type StreamEvent = Extract<ServerMessage, { op: 'event' }>

export class PageStore {
  readonly run = signal<RunView | null>(null)
  readonly city = signal<CityView | null>(null)
  /** Grows when assets turned out to stand somewhat elsewhere. */
  readonly placed = signal(0)
  /** Roads that are seen from near by, besides the city's own; null = they are not here yet. */
  readonly nearRoads = signal<RoadsView | null>(null)
  readonly ledger = signal<LedgerView | null>(null)
  readonly health = signal<HealthView | null>(null)
  readonly connection = signal<{ state: ConnectionState; retryAt: number | null }>({
    state: 'connecting',
    retryAt: null,
  })
  readonly entities = signal<EntityStore | null>(null)
  readonly kpis = computed<Map<string, DeclaredKpi>>(() =>
    this.run.value ? kpisOf(this.run.value) : new Map(),
  )
  readonly readings = new KpiReadings()
  readonly shades = new SteadyShades()
  readonly usual = new UsualReadings()
  readonly rates = new Rates()
  readonly latency = new Latency()
  readonly notices = new Notices()
  readonly api: Api
  readonly commands: SentCommands
  readonly demo: DemoWatch
  readonly presentation: SharedPresentation
  /** Called when what was applied can be drawn. */
  readonly onDrawn = new Set<() => void>()
  readonly #alerts = new StreamBook<AlertView>(({ openedAt }) => openedAt)
  readonly #incidents = new StreamBook<IncidentRecord>(({ from }) => from)
  readonly #acknowledgements = new StreamBook<Acknowledgement>(({ simTime }) => simTime)
  readonly #findings = new StreamBook<FindingView>(({ since }) => since)
  readonly #reads: RunReads
  readonly #server: ServerClock
  readonly #sim: SimClock
  readonly #seconds: () => number
  #epoch = -1
  #send: (message: ClientMessage) => boolean = () => false

  /** `now` is the local wall clock in ms; `seconds` a small one for pulses, which live in 32-bit floats. */
  constructor(api: Api, now: () => number, seconds: () => number, again: Again) {
    this.api = api
    this.#seconds = seconds
    this.#server = new ServerClock(now)
    const serverNow = () => this.#server.now()
    this.#sim = new SimClock(serverNow)
    this.#reads = new RunReads(api, again, this.notices)
    this.presentation = new SharedPresentation((m) => this.#send(m), now)
    this.commands = new SentCommands((m) => this.#send(m), now, newCommandId)
    this.demo = new DemoWatch(api, serverNow, (error) => this.problem(error.message))
  }

  /** Whether the processor is down or catching up: what is shown is the last that it said. */
  get degraded() {
    return this.demo.degraded
  }

  /** The first picture of the city is on the screen, or nobody waits for it. */
  get stands() {
    return this.#reads.stands
  }

  /** The hour of the horizon (ms): what is expected of a plan changes by less within it. */
  readonly hour = computed(() => {
    const now = this.clock.value?.horizon ?? 0
    return now - (now % HOUR_MS)
  })

  get clock() {
    return this.#sim.view
  }

  /** The speed beyond which this machine does not keep up; null where nothing shows one. */
  get speedLimit() {
    return this.#sim.limit
  }

  get alerts() {
    return this.#alerts.items
  }

  /** What really happened, newest first. */
  get incidents() {
    return this.#incidents.items
  }

  /** Assets that are abnormal together, newest first; those that are over included. */
  get findings() {
    return this.#findings.items
  }

  /** Alerts and findings that somebody has seen. */
  get acknowledgements() {
    return this.#acknowledgements.items
  }

  /** What comes back is published to every page, this one included. */
  acknowledge(id: string): void {
    this.api.acknowledge(id).catch((error: Error) => this.problem(error.message))
  }

  /** To whom it is given, in words; none = to nobody. */
  assign(id: string, to: string): void {
    this.api.acknowledge(id, to).catch((error: Error) => this.problem(error.message))
  }

  /** The city's time now (ms), or null before the first message. */
  simNow(): number | null {
    return this.#sim.now()
  }

  /** The server's wall clock, ms. */
  serverNow(): number {
    return this.#server.now()
  }

  /** Server clock − local clock, ms. */
  clockOffset(): number {
    return this.#server.offset()
  }

  problem(text: string): void {
    this.notices.problem(text)
  }

  /** What can be asked for before the socket says which run it is. */
  begin(): void {
    this.#reads.begin()
  }

  /** What is not in the first picture may come. */
  pictureStands(): void {
    this.#reads.pictureStands()
  }

  /** Where commands go. */
  attach(to: (message: ClientMessage) => boolean): void {
    this.#send = to
  }

  /** The map drew: what was applied is on the screen. */
  painted(): void {
    this.latency.drawn(this.#server.now())
  }

  message(m: ServerMessage): void {
    if (m.op === 'hello') {
      this.#server.sample(m.serverTime)
      for (const book of this.#books()) book.reconnected()
      this.demo.offered(m.capabilities, m.run.epoch)
      this.presentation.put(m.stage)
      this.#begin(m.run)
    } else if (m.op === 'agg') {
      this.#server.sample(m.serverTime)
      if (m.epoch === this.#epoch) this.#aggregate(m)
    } else if (m.op === 'result') {
      this.commands.answered(m.id, m.ok, m.error)
    } else {
      this.#event(m)
    }
  }

  frame(m: StateMessage): FrameFate {
    if (m.epoch !== this.#epoch) return 'foreign'
    const entities = this.entities.value
    if (!entities) return 'later' // without the catalogue nobody knows where the assets stand
    // After a connection was lost, what is here is nearer to the truth, and all of it comes at once.
    if (m.op === OP_OUTLINE && !entities.isRough) return 'applied'
    this.#sim.saw(m.simTime)
    entities.apply(m, this.#seconds(), PULSE_SPREAD_S)
    this.latency.applied(m.times)
    for (const listener of this.onDrawn) listener()
    return 'applied'
  }

  #begin(view: RunView): void {
    const world = this.run.value?.world
    const isOther = view.epoch !== this.#epoch
    this.#epoch = view.epoch
    learnUnits([...Object.values(view.declarations).map((d) => d.units), view.plan.units])
    batch(() => {
      this.run.value = view
      this.#sim.put(view.clock)
      // The same run may come again at another time; then the assets stand where they stood.
      if (isOther || view.world !== world) this.#forget()
      if (isOther) this.#loadPlaces(view)
    })
    this.#reads.past((past) => this.#takePast(past))
  }

  /** Nothing of the run before stays. */
  #forget(): void {
    const numbers = [this.readings, this.usual, this.#sim, this.rates, this.latency]
    for (const it of [...numbers, ...this.#books()]) it.reset()
    this.ledger.value = this.health.value = null
  }

  #books() {
    return [this.#alerts, this.#incidents, this.#findings, this.#acknowledgements]
  }

  #loadPlaces(view: RunView): void {
    this.entities.value = null
    this.nearRoads.value = null
    const isWanted = () => this.run.value === null || this.run.value.epoch === view.epoch
    this.#reads.places(view, isWanted, {
      city: (city, catalogue) =>
        batch(() => {
          this.city.value = city
          this.entities.value = entitiesOf(view, city, catalogue)
        }),
      fine: (part) => {
        this.entities.value?.refine(part)
        this.placed.value++
      },
      roads: (roads) => {
        this.nearRoads.value = roads
      },
    })
  }

  #takePast(past: OpeningView): void {
    const epoch = this.#epoch
    if (past.epoch !== epoch) return
    this.#alerts.putPast(ofEpoch(past.alerts, epoch))
    this.#incidents.putPast(ofEpoch(past.incidents, epoch))
    this.#findings.putPast(ofEpoch(past.findings, epoch))
    this.#acknowledgements.putPast(ofEpoch(past.acknowledgements, epoch))
    for (const [kpi, history] of Object.entries(past.histories)) {
      this.readings.remember(kpi, ofEpoch(history, epoch))
    }
    this.demo.past(past.happenings)
    this.rates.remember(past.rates)
  }

  #aggregate(m: Aggregate): void {
    batch(() => {
      this.#sim.put(m.clock)
      this.ledger.value = m.ledger
      this.health.value = m.health
      this.readings.put(m.readings)
      this.rates.put(m.clock.horizon, m.ledger.produced)
    })
    this.commands.confirm((c) => hasHappened(c.name, c.args, m.clock))
  }

  #event(m: StreamEvent): void {
    const put = <T extends { id: string; epoch: number }>(book: StreamBook<T>, item: T) => {
      if (item.epoch === this.#epoch) book.put(item)
    }
    if (m.kind === 'alert') put(this.#alerts, m.alert)
    else if (m.kind === 'incident') put(this.#incidents, m.incident)
    else if (m.kind === 'finding') put(this.#findings, m.finding)
    else if (m.kind === 'acknowledgement') put(this.#acknowledgements, m.acknowledgement)
    else if (m.kind === 'stage') {
      this.presentation.put(m.stage)
    } else if (m.kind === 'demo') {
      this.demo.put(m.happening)
    } else if (m.kind === 'command-result') {
      this.commands.resulted(m.id, m.ok, m.error, m.effectiveAt)
    }
  }
}

const ofEpoch = <T extends { epoch: number }>(list: T[], epoch: number) =>
  list.filter((it) => it.epoch === epoch)

function entitiesOf(run: RunView, city: CityView, catalogue: MapCatalogue): EntityStore {
  const tones = catalogue.domains.map((d) => tonesOf(run, d))
  const [west, south, east, north] = city.bounds
  const centre = { lon: (west + east) / 2, lat: (south + north) / 2 }
  return new EntityStore(catalogue, centre, tones, run.scopes.length)
}

function tonesOf(run: RunView, domain: string): ToneName[] {
  return run.declarations[domain]?.layer.states.map((s) => s.tone) ?? []
}

/** Whether the clock shows what a command asked for. */
function hasHappened(name: string, args: Record<string, unknown>, clock: ClockView): boolean {
  if (name === CLOCK_PAUSE) return clock.status === 'paused'
  if (name === CLOCK_RESUME) return clock.status === 'running'
  if (name === CLOCK_SPEED) return clock.speed === args.speed
  return name === RUN_RESTART && clock.status === 'running'
}
