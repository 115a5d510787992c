// The page's store from messages to signals: one run at a time, nothing of an older one.
import { describe, expect, it, vi } from 'vitest'
import {
  type AlertView,
  type ClockView,
  type IncidentRecord,
  type KpiReading,
  type LedgerView,
  OP_DELTA,
  OP_SNAPSHOT,
  type RunView,
  type ServerMessage,
  type StateMessage,
} from '../../../../console/messages.ts'
import { OP_OUTLINE } from '../../../../console/packed-messages.ts'
import { type Api, ReadError } from '../../../../console/web/store/connection/api.ts'
import { PageStore } from '../../../../console/web/store/store.ts'

const clock = (change: Partial<ClockView> = {}): ClockView => ({
  status: 'running',
  simAnchor: 100_000,
  wallAnchor: 1_000,
  speed: 30,
  asked: 30,
  achieved: 30,
  horizon: 110_000,
  start: 0,
  end: 1e9,
  ...{ pauseAt: null, slept: null, jump: null },
  ...change,
})

function runView(epoch: number): RunView {
  const measure = { name: 'm', kind: 'gauge', unit: '1', headline: 1 }
  const layer = { states: [{ tone: 'normal' }, { tone: 'critical' }] }
  return {
    epoch,
    catalogue: 'hash',
    clock: clock(),
    declarations: { x: { domain: 'x', cityWide: false, measures: [measure], layer } },
    plan: { targets: [], planned: {} },
    scopes: [{ code: 'c' }, { code: 'd' }],
    speeds: [1, 30],
    commands: true,
  } as unknown as RunView
}

const reading = (epoch: number, value = 0.5): KpiReading => ({
  epoch,
  kpi: 'x.m',
  window: { kind: 'window', start: '2025-06-18T08:30:00.000Z', end: '2025-06-18T08:31:00.000Z' },
  final: true,
  watermark: '2025-06-18T08:31:00.000Z',
  weight: 1,
  unit: '1',
  target: null,
  expected: null,
  status: null,
  truth: 'equal',
  scopes: { c: { value, numerator: value, denominator: 1, n: 1 } },
})

const hello = (epoch: number): ServerMessage => ({
  op: 'hello',
  version: 't',
  epoch,
  run: runView(epoch),
  serverTime: 5_000,
  capabilities: ['steal'],
  stage: { cue: null, blank: false, since: null, problem: null },
})

const agg = (epoch: number, change: Partial<Extract<ServerMessage, { op: 'agg' }>> = {}) =>
  ({
    op: 'agg',
    epoch,
    clock: clock(),
    serverTime: 5_000,
    readings: [reading(epoch)],
    ledger: { produced: 10 } as LedgerView,
    health: { eventsPerSecond: 1, lagSimMs: 2, clients: 1 },
    ...change,
  }) as ServerMessage

const alert = (epoch: number, id: string): AlertView => ({
  group: id,
  epoch,
  id,
  kpi: 'x.m',
  scope: 'd',
  severity: 'critical',
  openedAt: '2025-06-18T08:31:00.000Z',
  closedAt: null,
  value: 0.1,
  threshold: 0.5,
  windows: 3,
})

const incident = (epoch: number, id: string, until = '2025-06-18T10:00:00.000Z') =>
  ({ epoch, id, from: '2025-06-18T08:31:00.000Z', until }) as IncidentRecord

const state = (
  epoch: number,
  op: StateMessage['op'],
  number: number[] | null,
  states: number[],
) => ({
  op,
  epoch,
  seq: 1,
  simTime: 100_500,
  number: number && Uint32Array.from(number),
  value: Uint16Array.from(states),
  state: Uint8Array.from(states),
})

function setUp() {
  const opened = { count: 0, refined: 0, failures: [] as Error[] }
  let arrive = () => {}
  const catalogue = new Promise<unknown>((resolve) => {
    arrive = () =>
      resolve({
        size: 2,
        lon: Float64Array.of(1, 2),
        lat: Float64Array.of(1, 2),
        domain: Uint8Array.of(0, 0),
        scope: Uint8Array.of(1, 1),
        domains: ['x'],
        refine: () => void opened.refined++,
      })
  })
  const api = {
    catalogue: () => catalogue,
    city: async () => ({ bounds: [0, 0, 2, 2] }),
    fineCatalogue: async () => new ArrayBuffer(0),
    roads: async () => ({ roads: [], roadInfo: [] }),
    opening: async () => {
      opened.count++
      if (opened.failures.length > 0) throw opened.failures.shift()
      return {
        epoch: 1,
        alerts: [alert(1, 'a'), alert(99, 'old')],
        histories: { 'x.m': [reading(1), reading(99)] },
        incidents: [incident(1, 'i'), incident(99, 'old')],
        findings: [],
        acknowledgements: [],
        happenings: [],
        rates: { from: 0, stepMs: 60_000, counts: [] },
      }
    },
  } as unknown as Api
  const wall = { now: 1_000 }
  const waits: { ms: number; go(): void }[] = []
  const store = new PageStore(
    api,
    () => wall.now,
    () => 0,
    { schedule: (ms, go) => void waits.push({ ms, go }), random: () => 0.5 },
  )
  return { store, wall, arrive, opened, waits }
}

describe('store', () => {
  it('says which frames it applied: none before the catalogue, none of another run', async () => {
    const { store, arrive } = setUp()
    store.message(hello(1))
    const snapshot = state(1, OP_SNAPSHOT, null, [1, 2])
    const delta = state(1, OP_DELTA, [0], [2])
    expect([store.frame(snapshot), store.frame(delta)]).toEqual(['later', 'later'])
    expect(store.entities.value).toBeNull()
    arrive()
    await vi.waitFor(() => expect(store.entities.value).not.toBeNull())
    expect([store.frame(snapshot), store.frame(delta)]).toEqual(['applied', 'applied'])
    expect([...store.entities.value!.state]).toEqual([2, 2])
    expect(store.frame(state(2, OP_SNAPSHOT, null, [1, 1]))).toBe('foreign')
  })

  it('reads the past once per connection, and again until it is answered', async () => {
    const { store, opened, waits } = setUp()
    opened.failures = [
      new ReadError('GET api/opening: too many', 429, 7_000),
      new ReadError('GET api/opening: Failed to fetch', null, 0),
    ]
    store.message(hello(1))
    await vi.waitFor(() => expect(waits.length).toBe(1))
    expect([...store.notices.troubles.value.values()]).toEqual(['GET api/opening: too many'])
    // Not before the server said, and not all at once.
    expect(waits[0].ms).toBe(8_000)
    waits[0].go()
    await vi.waitFor(() => expect(waits.length).toBe(2))
    waits[1].go()
    await vi.waitFor(() => expect(store.alerts.value.length).toBe(1))
    expect([store.notices.troubles.value.size, store.notices.problems.value]).toEqual([0, []])
    expect(opened.count).toBe(3)
    store.message(hello(1))
    await vi.waitFor(() => expect(opened.count).toBe(4))
  })

  it('says what no waiting mends', async () => {
    const { store, opened, waits } = setUp()
    opened.failures = [new ReadError('GET api/opening: no token that fits', 401, 0)]
    store.message(hello(1))
    await vi.waitFor(() =>
      expect(store.notices.problems.value).toEqual(['GET api/opening: no token that fits']),
    )
    expect([waits, store.notices.troubles.value.size]).toEqual([[], 0])
  })

  it('believes the stream about an alert, not a read that was asked for before', async () => {
    const { store } = setUp()
    store.message(hello(1))
    const closed = { ...alert(1, 'a'), closedAt: '2025-06-18T08:40:00.000Z' }
    store.message({ op: 'event', kind: 'alert', alert: closed })
    await vi.waitFor(() => expect(store.readings.finals('x.m').value.length).toBe(1))
    expect(store.alerts.value).toEqual([closed])
  })

  it('keeps incidents of its own run, and believes the stream about their end', async () => {
    const { store } = setUp()
    store.message(hello(1))
    const stopped = incident(1, 'i', '2025-06-18T09:00:00.000Z')
    store.message({ op: 'event', kind: 'incident', incident: stopped })
    store.message({ op: 'event', kind: 'incident', incident: incident(7, 'foreign') })
    await vi.waitFor(() => expect(store.alerts.value.length).toBe(1))
    expect(store.incidents.value).toEqual([stopped])
    store.message(hello(2))
    expect(store.incidents.value).toEqual([])
  })

  it('says from when a command counts', () => {
    const { store } = setUp()
    store.attach(() => true)
    store.message(hello(1))
    const id = store.commands.issue('incident.stop', { id: 'i' })
    const effectiveAt = '2025-06-18T09:00:00.000Z'
    store.message({ op: 'event', kind: 'command-result', id, ok: true, effectiveAt })
    expect(store.commands.sent.value.at(-1)).toMatchObject({ phase: 'confirmed', effectiveAt })
  })

  it('names commands without the help of a secure context', () => {
    const { store } = setUp()
    vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
    try {
      const ids = Array.from({ length: 100 }, () => store.commands.issue('x.act'))
      expect(new Set(ids).size).toBe(100)
      for (const id of ids) expect(id).toMatch(/^c-[0-9a-f]{16}$/)
    } finally {
      vi.unstubAllGlobals()
    }
  })

  it('calls a command unknown when the connection was lost before its answer', () => {
    const { store } = setUp()
    store.attach(() => true)
    store.message(hello(1))
    const id = store.commands.issue('clock.pause')
    expect(store.commands.open('clock.pause')?.id).toBe(id)
    store.commands.interrupted()
    expect(store.commands.open('clock.pause')).toBeNull()
    expect(store.commands.sent.value.at(-1)).toMatchObject({ phase: 'refused', error: 'unknown' })
    store.message({ op: 'event', kind: 'command-result', id, ok: true })
    expect(store.commands.sent.value.at(-1)).toMatchObject({ phase: 'confirmed', error: null })
  })

  it('takes history and alerts of its own run only', async () => {
    const { store } = setUp()
    store.message(hello(1))
    await vi.waitFor(() => expect(store.alerts.value.map((a) => a.id)).toEqual(['a']))
    await vi.waitFor(() => expect(store.readings.finals('x.m').value.length).toBe(1))
  })

  it('shows an outline before there is anything better, and says no value from it', async () => {
    const { store, arrive } = setUp()
    arrive()
    store.message(hello(1))
    await vi.waitFor(() => expect(store.entities.value).not.toBeNull())
    const { isRough, state: states } = store.entities.value!
    expect([isRough, store.entities.value?.isFilled]).toEqual([true, false])
    store.frame(state(1, OP_OUTLINE, null, [2, 1]))
    expect([[...states], store.entities.value?.isRough]).toEqual([[2, 1], true])
    store.frame(state(1, OP_SNAPSHOT, null, [1, 1]))
    store.frame(state(1, OP_OUTLINE, null, [2, 2]))
    expect([[...states], store.entities.value?.isRough]).toEqual([[1, 1], false])
  })

  it('asks for what is seen from near by once the first picture stands, or nobody sees one', async () => {
    const { store, arrive, waits, opened } = setUp()
    arrive()
    store.message(hello(1))
    await vi.waitFor(() => expect(store.entities.value).not.toBeNull())
    expect([store.stands.value, store.nearRoads.value]).toEqual([false, null])
    const [unfinished] = waits
    unfinished.go()
    await vi.waitFor(() => expect(store.nearRoads.value).toEqual({ roads: [], roadInfo: [] }))
    await vi.waitFor(() => expect(store.placed.value).toBe(1))
    expect([store.stands.value, opened.refined]).toEqual([true, 1])
  })

  it('ignores numbers and frames of another run, and starts afresh with a new one', async () => {
    const { store, arrive } = setUp()
    arrive()
    store.message(hello(1))
    store.message(agg(1))
    await vi.waitFor(() => expect(store.entities.value).not.toBeNull())
    store.message(agg(2, { readings: [reading(2, 0.9)] }))
    store.frame(state(2, OP_SNAPSHOT, null, [2, 2]))
    expect(store.readings.latest('x.m', 'window').value?.epoch).toBe(1)
    expect(store.entities.value?.counters.snapshots).toBe(0)
    store.message(hello(2))
    expect(store.readings.latest('x.m', 'window').value).toBeNull()
    expect([store.alerts.value, store.entities.value, store.ledger.value]).toEqual([[], null, null])
  })

  it('starts afresh where a replay shows the same run at another time, and only then', async () => {
    const { store, arrive } = setUp()
    arrive()
    const replayed = (seeks: number) => {
      const replay = { from: 0, to: 1, seeks }
      store.message({ ...hello(1), run: { ...runView(1), replay } } as ServerMessage)
    }
    replayed(0)
    store.message(agg(1))
    replayed(0)
    expect(store.readings.latest('x.m', 'window').value).not.toBeNull()
    replayed(1)
    expect(store.readings.latest('x.m', 'window').value).toBeNull()
  })

  it('shows the city’s time by the server’s clock, never past what is known to be simulated', () => {
    const { store, wall } = setUp()
    expect(store.simNow()).toBeNull()
    store.message({ ...hello(1), serverTime: 1_100 } as ServerMessage)
    // The server is 100 ms ahead: 100 ms × 30.
    expect(store.simNow()).toBe(103_000)
    wall.now = 60_000
    expect(store.simNow()).toBe(110_000)
    store.message(agg(1, { clock: clock({ horizon: 150_000 }), serverTime: 60_100 }))
    expect(store.simNow()).toBe(150_000)
  })

  it('confirms a clock command by the clock, another by its result', () => {
    const { store } = setUp()
    store.attach(() => true)
    store.message(hello(1))
    const pause = store.commands.issue('clock.pause')
    const other = store.commands.issue('x.act', {}, 'asset')
    store.message({ op: 'result', id: pause, ok: true })
    store.message({ op: 'result', id: other, ok: true })
    store.message(agg(1))
    expect(store.commands.sent.value.map((c) => c.phase)).toEqual(['accepted', 'accepted'])
    store.message(agg(1, { clock: clock({ status: 'paused', speed: 0 }) }))
    store.message({ op: 'event', kind: 'command-result', id: other, ok: false, error: 'no' })
    expect(store.commands.sent.value.map((c) => [c.phase, c.error])).toEqual([
      ['confirmed', null],
      ['refused', 'no'],
    ])
  })

  it('replaces an alert that changed', () => {
    const { store } = setUp()
    store.message(hello(1))
    store.message({ op: 'event', kind: 'alert', alert: alert(1, 'b') })
    const closed = { ...alert(1, 'b'), closedAt: '2025-06-18T08:40:00.000Z' }
    store.message({ op: 'event', kind: 'alert', alert: closed })
    expect(store.alerts.value).toEqual([closed])
  })
})
