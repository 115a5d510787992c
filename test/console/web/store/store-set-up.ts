// A page's store beside an invented server, and messages for it.
import type {
  AlertView,
  ClockView,
  IncidentRecord,
  KpiReading,
  LedgerView,
  RunView,
  ServerMessage,
  StateMessage,
} from '../../../../console/messages.ts'
import type { Api } from '../../../../console/web/store/connection/api.ts'
import { PageStore } from '../../../../console/web/store/store.ts'

export const clock = (change: Partial<ClockView> = {}): ClockView => ({
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

export function runView(epoch: number): RunView {
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

export const reading = (epoch: number, value = 0.5): KpiReading => ({
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

export const hello = (epoch: number): ServerMessage => ({
  op: 'hello',
  version: 't',
  epoch,
  run: runView(epoch),
  serverTime: 5_000,
  capabilities: ['steal'],
  stage: { cue: null, blank: false, since: null, problem: null },
})

export const agg = (epoch: number, change: Partial<Extract<ServerMessage, { op: 'agg' }>> = {}) =>
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

export const alert = (epoch: number, id: string): AlertView => ({
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

export const incident = (epoch: number, id: string, until = '2025-06-18T10:00:00.000Z') =>
  ({ epoch, id, from: '2025-06-18T08:31:00.000Z', until }) as IncidentRecord

export const state = (
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

export function setUp() {
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
