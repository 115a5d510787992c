// Everything the page knows, as signals: fed by the live connection and a few REST reads, free of any framework view.
import { batch, computed, signal } from '@preact/signals'
import type {
  CityView,
  ClientMessage,
  ClockView,
  HealthView,
  IncidentRecord,
  KpiReading,
  LedgerView,
  OpeningView,
  RunView,
  ServerMessage,
  StateMessage,
} from '../../messages.ts'
import { learnUnits } from '../i18n/format.ts'
import { AlertBook } from './alert-book.ts'
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
import { Latency } from './latency.ts'
import { newCommandId } from './new-id.ts'
import { Notices } from './notices.ts'
import { Rates } from './rates.ts'
import { RunReads } from './run-reads.ts'
import { ServerClock } from './server-clock.ts'
import { SimClock } from './sim-clock.ts'

/** A delta gathers about this much (s); its pulses are spread over it. */
const PULSE_SPREAD_S = 0.3
const KEPT_INCIDENTS = 100

type Aggregate = Extract<ServerMessage, { op: 'agg' }>
type StreamEvent = Extract<ServerMessage, { op: 'event' }>

export class PageStore {
  readonly run = signal<RunView | null>(null)
  readonly city = signal<CityView | null>(null)
  readonly ledger = signal<LedgerView | null>(null)
  readonly health = signal<HealthView | null>(null)
  readonly incidents = signal<IncidentRecord[]>([])
  readonly connection = signal<{ state: ConnectionState; retryInMs: number | null }>({
    state: 'connecting',
    retryInMs: null,
  })
  readonly entities = signal<EntityStore | null>(null)
  readonly kpis = computed<Map<string, DeclaredKpi>>(() =>
    this.run.value ? kpisOf(this.run.value) : new Map(),
  )
  readonly readings = new KpiReadings()
  readonly rates = new Rates()
  readonly latency = new Latency()
  readonly notices = new Notices()
  readonly api: Api
  readonly commands: SentCommands
  readonly demo: DemoWatch
  /** Called when what was applied can be drawn. */
  readonly onDrawn = new Set<() => void>()
  readonly #alerts = new AlertBook()
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
    this.commands = new SentCommands((m) => this.#send(m), now, newCommandId)
    this.demo = new DemoWatch(api, serverNow, (error) => this.problem(error.message))
  }

  get clock() {
    return this.#sim.view
  }

  get alerts() {
    return this.#alerts.alerts
  }

  /** The city's time now (ms), or null before the first message. */
  simNow(): number | null {
    return this.#sim.now()
  }

  /** Server clock − local clock, ms. */
  clockOffset(): number {
    return this.#server.offset()
  }

  problem(text: string): void {
    this.notices.problem(text)
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
      this.#alerts.reconnected()
      this.demo.offered(m.capabilities)
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
    this.#sim.saw(m.simTime)
    entities.apply(m, this.#seconds(), PULSE_SPREAD_S)
    this.latency.applied(m.times)
    for (const listener of this.onDrawn) listener()
    return 'applied'
  }

  #begin(view: RunView): void {
    const fresh = view.epoch !== this.#epoch
    this.#epoch = view.epoch
    learnUnits([...Object.values(view.declarations).map((d) => d.units), view.plan.units])
    batch(() => {
      this.run.value = view
      this.clock.value = view.clock
      if (fresh) this.#forget()
    })
    if (fresh) this.#loadPlaces(view)
    this.#reads.past((past) => this.#takePast(past))
  }

  /** Nothing of the run before stays. */
  #forget(): void {
    this.readings.reset()
    this.#alerts.reset()
    this.incidents.value = []
    this.entities.value = null
    this.ledger.value = null
    this.#sim.reset()
    this.rates.reset()
    this.latency.reset()
  }

  #loadPlaces(view: RunView): void {
    const isWanted = () => this.run.value === null || this.run.value.epoch === view.epoch
    this.#reads.places(view, isWanted, (city, catalogue) => {
      batch(() => {
        this.city.value = city
        this.entities.value = entitiesOf(view, city, catalogue)
      })
    })
  }

  #takePast(past: OpeningView): void {
    const epoch = this.#epoch
    if (past.epoch !== epoch) return
    for (const alert of past.alerts) if (alert.epoch === epoch) this.#alerts.putPast(alert)
    for (const [kpi, history] of Object.entries(past.histories)) {
      this.readings.remember(kpi, ofEpoch(history, epoch))
    }
    this.demo.past(past.happenings)
  }

  #aggregate(m: Aggregate): void {
    batch(() => {
      this.clock.value = m.clock
      this.ledger.value = m.ledger
      this.health.value = m.health
      this.readings.put(m.readings)
      this.rates.put(m.clock.horizon, m.ledger.produced)
      this.demo.watch(m.ledger)
    })
    this.commands.confirm((c) => hasHappened(c.name, c.args, m.clock))
  }

  #event(m: StreamEvent): void {
    if (m.kind === 'alert') {
      if (m.alert.epoch === this.#epoch) this.#alerts.put(m.alert)
    } else if (m.kind === 'incident') {
      const others = this.incidents.value.filter((i) => i.id !== m.incident.id)
      this.incidents.value = [m.incident, ...others].slice(0, KEPT_INCIDENTS)
    } else if (m.kind === 'demo') {
      this.demo.put(m.happening)
    } else if (m.kind === 'command-result') {
      this.commands.resulted(m.id, m.ok, m.error)
    }
  }
}

const ofEpoch = (list: KpiReading[], epoch: number) => list.filter((r) => r.epoch === epoch)

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
