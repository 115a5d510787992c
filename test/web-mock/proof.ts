// Invented accounts for the development mock: tasks, digest, verdicts, topics, lineage, and a lost event that is found out.
import type {
  DemoHappening,
  EngineView,
  LedgerBreak,
  LedgerView,
  LineageView,
  ProofView,
  RawEvent,
  TaskView,
} from '../../console/messages.ts'
import { mulberry } from './city.ts'

const PARTITIONS = 12
const TICK_MS = 10_000
/** How long after a loss its asset reports again, sim ms. */
const REPORTS_AFTER_MS = 60_000
const KILL_MS = 1_200
const SHOWN_WINDOWS = 40

export type MockProof = ReturnType<typeof createMockProof>

export type MockProofOptions = {
  epoch(): number
  domains: string[]
  districts: string[]
  sim(): number
  /** Whether an asset whose event was lost reports again after a while. */
  reports(): boolean
  /** The readings are a Flink job's. */
  flink: boolean
  start: number
  windowMs: number
  publish(happening: DemoHappening): void
}

export function createMockProof(options: MockProofOptions) {
  const { domains, districts, sim, reports, flink, start, windowMs, publish } = options
  const happenings: DemoHappening[] = []
  let lives = 1
  let lost: { at: number; partition: number } | null = null

  const at = (ms: number) => new Date(ms).toISOString()
  const chainOf = (domain: string, partition: number) =>
    mulberry(domain.length * 31 + partition)()
      .toString(16)
      .slice(2)
      .padEnd(64, '5d0a')

  function breaks(domain: string, partition: number): LedgerBreak[] {
    if (!lost || domain !== domains[0] || partition !== lost.partition) return []
    const from = Math.floor(lost.at / TICK_MS) * TICK_MS
    if (sim() < from + TICK_MS) return []
    const isNamed = reports() && sim() > lost.at + REPORTS_AFTER_MS
    const missing = {
      asset: `${domain}-${districts[4]}-00123`,
      district: districts[4],
      seq: 57,
      after: at(lost.at - 45_000),
      before: at(lost.at + REPORTS_AFTER_MS),
    }
    const counts = { expected: 412, got: 411, unexplained: 1, altered: false, returned: 0 }
    return [
      { from: at(from), to: at(from + TICK_MS), ...counts, missing: isNamed ? [missing] : [] },
    ]
  }

  function act(kind: DemoHappening['kind']): DemoHappening {
    const number = happenings.length + 1
    const begun = {
      id: `demo-${number}`,
      kind,
      epoch: options.epoch(),
      at: Date.now(),
      sim: sim(),
      phase: 'begun' as const,
    }
    publish(begun)
    let done: DemoHappening
    if (kind === 'steal') {
      lost = { at: sim(), partition: 7 }
      const theft = {
        ...{
          topic: `city.${domains[0]}`,
          partition: 7,
          asset: `${domains[0]}-${districts[4]}-00123`,
        },
        ...{ district: districts[4], seq: 57, time: at(lost.at) },
        ...{ lostAt: begun.at, missedAt: begun.at + 500, namedAt: begun.at + 3_300 },
        ...{ returnedAt: null, settledAt: null, counted: null, lateBefore: 0 },
      }
      done = { ...begun, phase: 'done', theft }
    } else {
      const names = { victim: `processor-${lives}`, successor: `processor-${++lives}` }
      const times = { downMs: 1_004, recoveredMs: KILL_MS, watermark: sim(), records: 41_233 }
      const proved = { finals: 190, cells: 1_640, differ: 0 }
      done = { ...begun, phase: 'done', recovery: { ...names, ...times, proved } }
    }
    happenings.push(done)
    publish(done)
    return done
  }

  const answers = {
    tasks: (): TaskView[] =>
      domains.flatMap((domain) =>
        Array.from({ length: PARTITIONS }, (_, partition) => {
          const own = breaks(domain, partition)
          const produced = 8_000 + 317 * partition + 90 * domain.length
          const folded = produced - own.length
          return {
            ...{ epoch: options.epoch(), domain, partition, read: folded, folded, produced },
            ...{ duplicate: 0, late: 0, deadLetter: 0, unexplained: own.length },
            injected: { drop: 0, duplicate: 0, late: 0, corrupt: 0, held: 0 },
            watermark: at(sim() - TICK_MS),
            ...{ chain: chainOf(domain, partition), chainEqual: true, breaks: own },
            ...{ owner: `processor-${lives}`, toldAt: Date.now() },
          }
        }),
      ),
    proof(kpis: string[]): ProofView {
      const last = Math.floor((sim() - start) / windowMs)
      const shown = Math.min(SHOWN_WINDOWS, last)
      const windows = Array.from({ length: shown }, (_, i) =>
        at(start + (last - shown + i + 1) * windowMs),
      )
      const marks = '='.repeat(windows.length)
      const differs = lost ? `${marks.slice(0, -1)}!` : marks
      const places = domains.flatMap((domain) =>
        Array.from({ length: PARTITIONS }, (_, p) => [`${domain}/${p}`, chainOf(domain, p)]),
      )
      return {
        digest: {
          tick: at(start + last * windowMs),
          digest: '9b1e7c02'.repeat(8),
          equal: true,
          chains: Object.fromEntries(places),
        },
        commands: {
          digest:
            'npx huacheng digest --scenario mock --seed 990000 --start 2025-06-18T08:30:00.000Z --scale 1 --partitions 12 --for PT12M',
          audit: 'npx huacheng audit --brokers 127.0.0.1:9092 --prefix city.',
        },
        unknownScenario: null,
        interventions: { count: 0, first: null },
        truth: {
          windows,
          rows: kpis.map((kpi, i) => ({ kpi, marks: i === 2 ? differs : marks })),
        },
      }
    },
    engine(clients: number): EngineView {
      const topic = (name: string, perSecond: number | null, lag: number | null) => ({
        ...{ topic: `city.${name}`, partitions: PARTITIONS, held: 262_144, written: 1_204_311 },
        ...{ perSecond, lag },
      })
      return {
        readings: flink
          ? {
              ...{ topic: 'city.kpi.flink', engine: 'flink-sql', lag: 1_204 },
              ...{ waiting: 2, rewritten: 0, otherRuns: 0 },
            }
          : {
              ...{ topic: 'city.kpi', engine: 'processor', lag: 0 },
              ...{ waiting: 0, rewritten: 0, otherRuns: 0 },
            },
        topics: [
          ...domains.map((d, i) => topic(d, 1_500 / (i + 1), 3 * i)),
          ...['run', 'truth', 'kpi-partial', 'kpi', 'map', 'checkpoint'].map((n) =>
            topic(n, 40, n === 'kpi-partial' ? 2 : null),
          ),
        ],
        loop: { p50: 1, p99: 9, max: 31 },
        memoryBytes: 412e6,
        stalls: 0,
        clients: Array.from({ length: clients }, () => ({
          ...{ inFlight: 1, waiting: 0, bufferedBytes: 0 },
        })),
        problems: [],
        ignored: [],
      }
    },
    lineage(kpi: string, scope: string, kind: 'window' | 'day', asked: number | null): LineageView {
      const domain = kpi.split('.')[0]
      const partition = asked ?? 3
      const list = Array.from({ length: 5 }, (_, i): RawEvent => {
        const subject = `${domain}-${districts[4]}-00${120 + i}`
        const time = at(sim() - 20_000 - 900 * i)
        const text = JSON.stringify({
          ...{ specversion: '1.0', id: `${subject}:57`, subject, time, seq: 57 },
          ...{ district: districts[4], data: { state: 'on', load: 41.2, since: 12 } },
        })
        return { topic: `city.${domain}`, partition, offset: `${918_233 - 7 * i}`, time, text }
      })
      return {
        ...{ kpi, scope, decimals: 2 },
        window: { kind, start: at(sim() - 2 * windowMs), end: at(sim() - windowMs) },
        parts: Array.from({ length: PARTITIONS - 1 }, (_, p) => ({
          ...{ partition: p, offset: `${40_121 + 2 * p}` },
          cell: [812_300 + 1_700 * p, 861_000, 8_610] as [number, number, number],
        })),
        empty: 1,
        total: { value: 0.95, numerator: 90_288, denominator: null, n: 94_710 },
        events: { partition, read: 20_000, matched: 3_120, list },
        notes: [],
      }
    },
  }

  return {
    happenings,
    /** What the page's header says of a lost event. */
    broken: (): LedgerView['broken'] =>
      breaks(domains[0], lost?.partition ?? 0).map(({ from, to, unexplained, missing }) => ({
        ...{ domain: domains[0], partition: lost!.partition, from, to, unexplained },
        named: missing[0] ?? null,
      })),
    /** The body for this path, undefined when it is not one of these. */
    answer(path: string, query: URLSearchParams, world: { kpis: string[]; clients: number }) {
      if (path === '/api/ledger') return answers.tasks()
      if (path === '/api/proof') return answers.proof(world.kpis)
      if (path === '/api/engine') return answers.engine(world.clients)
      if (path === '/api/demo/steal') return act('steal')
      if (path === '/api/demo/kill') return act('kill')
      const lineage = /^\/api\/kpis\/([^/]+)\/lineage$/.exec(path)
      if (!lineage) return undefined
      const partition = query.get('partition')
      const kind = query.get('kind') === 'day' ? 'day' : 'window'
      const asked = partition === null ? null : Number(partition)
      return answers.lineage(lineage[1], query.get('scope') ?? '', kind, asked)
    },
  }
}
