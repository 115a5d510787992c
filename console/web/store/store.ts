// Everything the page knows, as signals: fed by the live connection and a few REST reads, free of any framework view.
import { batch, computed, signal } from '@preact/signals'
import type {
  Alert,
  CityView,
  ClientMessage,
  ClockView,
  HealthView,
  KpiReading,
  LedgerView,
  RunView,
  ServerMessage,
  StateMessage,
} from '../../messages.ts'
import { learnUnits } from '../i18n/format.ts'
import { EntityStore } from './assets/entities.ts'
import type { ToneName } from './assets/tones.ts'
import { CLOCK_PAUSE, CLOCK_RESUME, CLOCK_SPEED, createCommands, RUN_RESTART } from './commands.ts'
import { type Again, readAgain } from './connection/again.ts'
import type { Api } from './connection/api.ts'
import type { MapCatalogue } from './connection/catalogue.ts'
import type { ConnectionState, FrameFate } from './connection/connection.ts'
import { createDemo } from './demo.ts'
import { type DeclaredKpi, kpisOf } from './kpi/measures.ts'
import { createReadings } from './kpi/readings.ts'
import { createLatency } from './latency.ts'
import { newCommandId } from './new-id.ts'
import { createRates } from './rates.ts'
import { clockOffset, monotone, simTimeAt } from './sim-clock.ts'

export type PageStore = ReturnType<typeof createStore>

/** A delta gathers about this much (s); its pulses are spread over it. */
const PULSE_SPREAD_S = 0.3

/** `now` is the local wall clock in ms; `seconds` a small one for pulses, which live in 32-bit floats. */
export function createStore(api: Api, now: () => number, seconds: () => number, again: Again) {
  const run = signal<RunView | null>(null)
  const city = signal<CityView | null>(null)
  const clock = signal<ClockView | null>(null)
  const ledger = signal<LedgerView | null>(null)
  const health = signal<HealthView | null>(null)
  const alerts = signal<Alert[]>([])
  const incidents = signal<Record<string, unknown>[]>([])
  const connection = signal<{ state: ConnectionState; retryInMs: number | null }>({
    state: 'connecting',
    retryInMs: null,
  })
  const problems = signal<string[]>([])
  /** What is being tried again, with the reason: it goes away by itself. */
  const troubles = signal<ReadonlyMap<string, string>>(new Map())
  const entities = signal<EntityStore | null>(null)
  const readings = createReadings()
  const rates = createRates()
  const offset = clockOffset()
  let settle = monotone()
  let seenSimTime = 0
  let epoch = -1
  let greeting = 0
  /** Alerts that this connection told of. */
  const told = new Set<string>()
  let send: (message: ClientMessage) => boolean = () => false
  const onDrawn = new Set<() => void>()
  const kpis = computed<Map<string, DeclaredKpi>>(() => (run.value ? kpisOf(run.value) : new Map()))
  const commands = createCommands((m) => send(m), now, newCommandId)
  const latency = createLatency()
  const serverNow = () => now() + offset.value()

  const problem = (text: string): void => {
    problems.value = [...problems.value.filter((p) => p !== text), text].slice(-5)
  }
  function trouble(name: string, reason: string | null): void {
    if ((troubles.value.get(name) ?? null) === reason) return
    const next = new Map(troubles.value)
    if (reason === null) next.delete(name)
    else next.set(name, reason)
    troubles.value = next
  }
  const demo = createDemo(api, serverNow, (error) => problem(error.message))

  /** Reads what the page cannot do without, again and again, and hands it on while `isWanted`. */
  async function need<T>(
    name: string,
    isWanted: () => boolean,
    read: (withinMs: number) => Promise<T>,
    take: (value: T) => void,
  ): Promise<void> {
    const onTrouble = (reason: string | null) => trouble(name, reason)
    try {
      const value = await readAgain(read, { isWanted, onTrouble }, again)
      if (value !== null) take(value)
    } catch (error) {
      problem(error instanceof Error ? error.message : String(error))
    }
  }

  function loadEntities(view: RunView): void {
    const isWanted = () => run.value === null || run.value.epoch === view.epoch
    const both = { city: null as CityView | null, catalogue: null as MapCatalogue | null }
    const place = () => {
      if (both.city && both.catalogue) placeEntities(view, both.city, both.catalogue)
    }
    const { catalogue } = view
    void need('city', isWanted, api.city, (it) => {
      both.city = it
      place()
    })
    void need(
      'catalogue',
      isWanted,
      (ms) => api.catalogue(catalogue, ms),
      (it) => {
        both.catalogue = it
        place()
      },
    )
  }

  function placeEntities(view: RunView, cityView: CityView, catalogue: MapCatalogue): void {
    const tones = catalogue.domains.map((d) => tonesOf(view, d))
    const [west, south, east, north] = cityView.bounds
    const centre = { lon: (west + east) / 2, lat: (south + north) / 2 }
    batch(() => {
      city.value = cityView
      entities.value = new EntityStore(catalogue, centre, tones, view.scopes.length)
    })
  }

  /** What happened before this socket: at the opening, and while the page was cut off. */
  function loadPast(): void {
    const mine = ++greeting
    void need(
      'opening',
      () => mine === greeting,
      api.opening,
      (past) => {
        if (past.epoch !== epoch) return
        for (const alert of past.alerts) {
          // What the stream said in the meantime is newer.
          if (alert.epoch === epoch && !told.has(alert.id)) putAlert(alert)
        }
        for (const [kpi, history] of Object.entries(past.histories)) {
          readings.remember(kpi, ofEpoch(history, epoch))
        }
        demo.past(past.happenings)
      },
    )
  }

  function begin(view: RunView): void {
    const fresh = view.epoch !== epoch
    epoch = view.epoch
    learnUnits([...Object.values(view.declarations).map((d) => d.units), view.plan.units])
    batch(() => {
      run.value = view
      clock.value = view.clock
      if (!fresh) return
      readings.reset()
      alerts.value = []
      incidents.value = []
      entities.value = null
      ledger.value = null
      settle = monotone()
      seenSimTime = 0
      rates.reset()
      latency.reset()
    })
    if (fresh) loadEntities(view)
    loadPast()
  }

  function putAlert(alert: Alert): void {
    const others = alerts.value.filter((a) => a.id !== alert.id)
    alerts.value = [alert, ...others]
      .sort((a, b) => (a.openedAt < b.openedAt ? 1 : -1))
      .slice(0, 200)
  }

  function message(m: ServerMessage): void {
    if (m.op === 'hello') {
      offset.sample(m.serverTime, now())
      told.clear()
      demo.offered(m.capabilities)
      begin(m.run)
    } else if (m.op === 'agg') {
      offset.sample(m.serverTime, now())
      if (m.epoch !== epoch) return
      batch(() => {
        clock.value = m.clock
        ledger.value = m.ledger
        health.value = m.health
        readings.put(m.readings)
        rates.put(m.clock.horizon, m.ledger.produced)
        demo.watch(m.ledger)
      })
      commands.confirm((c) => hasHappened(c.name, c.args, m.clock))
    } else if (m.op === 'result') {
      commands.answered(m.id, m.ok, m.error)
    } else if (m.kind === 'alert') {
      if (m.alert.epoch !== epoch) return
      told.add(m.alert.id)
      putAlert(m.alert)
    } else if (m.kind === 'incident') {
      const others = incidents.value.filter((i) => i.id !== m.incident.id)
      incidents.value = [m.incident, ...others].slice(0, 100)
    } else if (m.kind === 'demo') {
      demo.put(m.happening)
    } else if (m.kind === 'command-result') {
      commands.resulted(m.id, m.ok, m.error)
    }
  }

  function apply(m: StateMessage): FrameFate {
    if (m.epoch !== epoch) return 'foreign'
    const store = entities.value
    if (!store) return 'later' // without the catalogue nobody knows where the assets stand
    seenSimTime = Math.max(seenSimTime, m.simTime)
    store.apply(m, seconds(), PULSE_SPREAD_S)
    latency.applied(m.times)
    for (const listener of onDrawn) listener()
    return 'applied'
  }

  return {
    run,
    city,
    clock,
    ledger,
    health,
    alerts,
    incidents,
    connection,
    problems,
    troubles,
    entities,
    readings,
    rates,
    kpis,
    commands,
    demo,
    latency,
    api,
    onDrawn,
    message,
    frame: apply,
    /** The map drew: what was applied is on the screen. */
    painted: () => latency.drawn(serverNow()),
    /** Server clock − local clock, ms. */
    clockOffset: () => offset.value(),
    problem,
    /** What is being tried again, null = it works. */
    trouble,
    /** Where commands go. */
    attach(to: (message: ClientMessage) => boolean): void {
      send = to
    },
    /** The city's time now (ms), or null before the first message. */
    simNow(): number | null {
      const view = clock.value
      if (!view) return null
      const horizon = Math.max(view.horizon, seenSimTime)
      return settle(simTimeAt({ ...view, horizon }, now() + offset.value()))
    },
  }
}

const ofEpoch = (list: KpiReading[], epoch: number) => list.filter((r) => r.epoch === epoch)

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
