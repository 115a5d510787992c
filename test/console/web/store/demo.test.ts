// What a presenter does, as the page follows it: from a lost event to the ledger's finding, from a kill to equal finals.
import { describe, expect, it } from 'vitest'
import type {
  BrokenView,
  Capability,
  DemoHappening,
  KpiReading,
  LedgerView,
} from '../../../../console/messages.ts'
import { DemoWatch, finalsSince } from '../../../../console/web/store/demo.ts'
import { KpiReadings } from '../../../../console/web/store/kpi/readings.ts'

const lost = {
  ...{ topic: 'city.lamp', partition: 3, asset: 'lamp-7', district: 'd' },
  ...{ seq: 9, time: '2025-06-18T08:30:05.000Z' },
}
const lossDone: DemoHappening = {
  ...{ id: 'demo-1', kind: 'steal', at: 1_000, sim: 0, phase: 'done' },
  theft: lost,
}
const broken = (change: Partial<BrokenView> = {}): BrokenView => ({
  ...{ domain: 'lamp', partition: 3, unexplained: 1, named: null },
  ...{ from: '2025-06-18T08:30:00.000Z', to: '2025-06-18T08:30:10.000Z' },
  ...change,
})
const ledger = (...places: BrokenView[]) => ({ broken: places }) as LedgerView
const named = (seq: number) => ({
  ...{ asset: 'lamp-7', district: 'd', seq, after: null, before: '2025-06-18T08:31:00.000Z' },
})

function setUp(refuse?: Error) {
  const asked: Capability[] = []
  const failures: string[] = []
  const wall = { now: 1_000 }
  const api = {
    async act(capability: Capability) {
      asked.push(capability)
      if (refuse) throw refuse
    },
  }
  const demo = new DemoWatch(
    api,
    () => wall.now,
    (error) => failures.push(error.message),
  )
  return { demo, wall, asked, failures }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('what a presenter does', () => {
  it('is asked for only where it is offered', async () => {
    const { demo, asked } = setUp()
    demo.act('kill')
    demo.offered(['steal'])
    demo.act('kill')
    demo.act('steal')
    await settled()
    expect(asked).toEqual(['steal'])
  })

  it('is known if it was done before the page opened, and each is kept once, in order', () => {
    const { demo } = setUp()
    demo.offered(['steal', 'kill'])
    const killed: DemoHappening = {
      ...lossDone,
      id: 'demo-2',
      kind: 'kill',
      at: 2_000,
      phase: 'begun',
    }
    demo.put(killed)
    demo.put({ ...killed, phase: 'done' })
    // The read was answered before the kill was over.
    demo.past([lossDone, killed])
    expect(demo.happenings.value.map((h) => [h.id, h.phase])).toEqual([
      ['demo-1', 'done'],
      ['demo-2', 'done'],
    ])
  })

  it('is reported once if it fails: by the stream, or by the request when nothing came', async () => {
    const { demo, failures } = setUp(new Error('refused'))
    demo.offered(['kill'])
    await settled()
    demo.act('kill')
    await settled()
    expect(failures).toEqual(['refused'])
    demo.put({ ...lossDone, id: 'demo-3', kind: 'kill', phase: 'failed', error: 'refused' })
    demo.act('kill')
    await settled()
    expect(failures).toEqual(['refused'])
  })
})

describe('a lost event', () => {
  it('is missed when its interval is broken, and named when it is the very event', () => {
    const { demo, wall } = setUp()
    demo.put(lossDone)
    wall.now = 1_400
    demo.watch(ledger(broken({ partition: 2 }), broken({ domain: 'well' })))
    demo.watch(ledger(broken({ from: lost.time.replace(':05', ':06') })))
    demo.watch(ledger(broken({ from: '2025-06-18T08:29:50.000Z', to: '2025-06-18T08:30:00.000Z' })))
    expect(demo.found.value.size).toBe(0)
    wall.now = 1_500
    demo.watch(ledger(broken()))
    expect(demo.found.value.get('demo-1')).toEqual({ missedMs: 500, namedMs: null })
    wall.now = 2_000
    demo.watch(ledger(broken({ named: named(8) })))
    wall.now = 3_000
    demo.watch(ledger(broken({ named: named(9) })))
    wall.now = 4_000
    demo.watch(ledger(broken({ named: named(9) })))
    expect(demo.found.value.get('demo-1')).toEqual({ missedMs: 500, namedMs: 2_000 })
  })
})

describe('finals since a kill', () => {
  const at = (minute: number) => new Date(Date.parse('2025-06-18T08:30:00Z') + minute * 60_000)
  const final = (kpi: string, minute: number, truth: KpiReading['truth']): KpiReading =>
    ({
      ...{ kpi, truth, final: true, scopes: { a: {}, b: {} } },
      window: {
        kind: 'window',
        start: at(minute).toISOString(),
        end: at(minute + 1).toISOString(),
      },
    }) as unknown as KpiReading

  it('are those of windows that ended later, with their cells and those that differ', () => {
    const readings = new KpiReadings()
    readings.put([final('x', 0, 'differs'), final('x', 1, 'equal'), final('y', 1, 'equal')])
    readings.put([final('x', 2, 'differs')])
    const since = (minute: number) => finalsSince(readings, ['x', 'y'], at(minute).getTime())
    expect(since(1)).toEqual({ finals: 3, cells: 6, differ: 1 })
    expect(since(1.5)).toEqual({ finals: 3, cells: 6, differ: 1 })
    expect(since(3)).toEqual({ finals: 0, cells: 0, differ: 0 })
  })
})
