// Readings, measures, rates, commands and choices: what the page derives before anything is drawn.
import { describe, expect, it } from 'vitest'
import type { ClientMessage, KpiReading, RunView } from '../../../../../console/messages.ts'
import { lang } from '../../../../../console/web/i18n/i18n.ts'
import { SentCommands } from '../../../../../console/web/store/commands.ts'
import {
  achieved,
  confidence,
  type DeclaredKpi,
  expectedAt,
  headlines,
  kpisOf,
  type PlanTarget,
  windowKind,
} from '../../../../../console/web/store/kpi/measures.ts'
import { KEPT_FINALS, KpiReadings } from '../../../../../console/web/store/kpi/readings.ts'
import { latestWindow, shownReading } from '../../../../../console/web/store/kpi/shown-reading.ts'
import { accountedFor, isBalanced } from '../../../../../console/web/store/ledger.ts'
import { Rates } from '../../../../../console/web/store/rates.ts'
import type { PageStore } from '../../../../../console/web/store/store.ts'
import { createViewState, readHash, writeHash } from '../../../../../console/web/view-state.ts'

const minute = (k: number) => new Date(Date.UTC(2025, 5, 18, 8, 30 + k)).toISOString()

function reading(k: number, change: Partial<KpiReading> = {}): KpiReading {
  return {
    epoch: 1,
    kpi: 'x.share',
    window: { kind: 'window', start: minute(k), end: minute(k + 1) },
    final: true,
    watermark: minute(k + 1),
    weight: 10,
    unit: '1',
    target: null,
    expected: null,
    status: null,
    truth: 'equal',
    scopes: { c: { value: 0.5, numerator: 50, denominator: 1000, n: 50 } },
    ...change,
  }
}

const target: PlanTarget = {
  id: 't',
  kpi: 'x.share',
  name: { zh: '', en: '' },
  value: 1000,
  unit: '{site}',
  due: '2025-12-31',
  baseline: { date: '2024-12-31', value: 500, grade: 'demo assumption', source: '' },
  grade: 'official',
  clause: { zh: '', en: '' },
  document: { zh: '', en: '' },
  documentDate: '2024-05-16',
  source: '',
  rule: { zh: '', en: '' },
}

function run(): RunView {
  const measure = (name: string, kind: string, headline?: number) => ({
    name,
    kind,
    unit: '1',
    ...(headline === undefined ? {} : { headline }),
  })
  return {
    declarations: {
      x: {
        domain: 'x',
        cityWide: false,
        measures: [
          measure('share', 'share', 2),
          measure('use', 'ratio', 1),
          measure('rest', 'gauge'),
        ],
      },
    },
    plan: {
      targets: [{ ...target, id: 'assumed', grade: 'demo assumption' }, target],
      planned: {},
    },
  } as unknown as RunView
}

const kpi = (name: string): DeclaredKpi => kpisOf(run()).get(`x.${name}`)!

describe('readings', () => {
  it('keep the newest per KPI and window kind, and finals in order of time', () => {
    const readings = new KpiReadings()
    readings.put([reading(2), reading(0), reading(1)])
    readings.put([reading(3, { final: false })])
    readings.put([reading(0, { window: { ...reading(0).window, kind: 'day' } })])
    expect(readings.latest('x.share', 'window').value?.final).toBe(false)
    expect(readings.finals('x.share').value.map((r) => r.window.start)).toEqual(
      [0, 1, 2].map(minute),
    )
    expect(readings.size()).toBe(2)
  })

  it('remember history without doubles, at most two hours of minutes', () => {
    const readings = new KpiReadings()
    readings.put([reading(130)])
    readings.remember('x.share', [
      ...Array.from({ length: 131 }, (_, k) => reading(k)),
      reading(131, { final: false }),
    ])
    const kept = readings.finals('x.share').value
    expect(kept.length).toBe(KEPT_FINALS)
    expect(kept.at(-1)?.window.start).toBe(minute(130))
    readings.reset()
    expect([readings.size(), readings.finals('x.share').value.length]).toEqual([0, 0])
  })
})

describe('measures', () => {
  it('rank headlines and put official targets first', () => {
    expect(headlines(kpisOf(run())).map((k) => k.id)).toEqual(['x.use', 'x.share'])
    expect(kpi('share').targets.map((t) => t.id)).toEqual(['t', 'assumed'])
  })

  it('let the day speak for counts and planned ratios, the window for the rest', () => {
    expect(windowKind(kpi('share'))).toBe('window')
    expect(windowKind(kpi('use'))).toBe('window')
    expect(windowKind({ ...kpi('use'), targets: [target] })).toBe('day')
  })

  it('compare a share with a target of things by numerator × weight', () => {
    expect(achieved(kpi('share'), target, reading(0), 'c')).toBe(500)
    expect(achieved(kpi('share'), { ...target, unit: '1' }, reading(0), 'c')).toBe(0.5)
    expect(achieved(kpi('share'), target, reading(0), 'elsewhere')).toBeNull()
  })

  it('never take "not known" for zero', () => {
    const scopes = (value: number | null, n: number) => ({
      c: { value, numerator: 0, denominator: 0, n },
    })
    expect(confidence(kpi('share'), null, 'c')).toBe('warming-up')
    expect(confidence(kpi('share'), reading(0, { scopes: scopes(0, 0) }), 'c')).toBe('no-data')
    expect(confidence(kpi('use'), reading(0, { scopes: scopes(null, 0) }), 'c')).toBe('no-data')
    // Nothing to divide by is not zero, however many entered.
    expect(confidence(kpi('use'), reading(0, { scopes: scopes(null, 2000) }), 'c')).toBe('no-data')
    expect(confidence(kpi('use'), reading(0, { scopes: scopes(0.7, 29) }), 'c')).toBe('few')
    expect(confidence(kpi('use'), reading(0, { scopes: scopes(0.7, 30) }), 'c')).toBe('good')
    const early = reading(0, { scopes: scopes(0.7, 900), status: 'warming-up' })
    expect(confidence(kpi('use'), early, 'c')).toBe('few')
  })

  it('expect a straight line from the baseline to the end of the due day', () => {
    expect(expectedAt(target, Date.parse('2024-01-01T00:00:00Z'))).toBe(500)
    expect(expectedAt(target, Date.parse('2026-01-01T00:00:00+08:00'))).toBe(1000)
    expect(expectedAt(target, Date.parse('2025-07-02T00:00:00+08:00'))).toBeCloseTo(750, 0)
  })
})

describe('what a number’s lineage calls the newest window', () => {
  const kpiOf = (kind: string) =>
    ({ id: 'x.share', measure: { kind }, targets: [] }) as unknown as DeclaredKpi
  const of = (kind: string, ...list: KpiReading[]) => {
    const readings = new KpiReadings()
    readings.put(list)
    const store = { readings } as unknown as PageStore
    const kpi = kpiOf(kind)
    return [latestWindow(store, kpi), shownReading(store, kpi)]
  }
  const closed = reading(3)
  const open = reading(4, { final: false })
  const day = reading(4, { window: { kind: 'day', start: minute(0), end: minute(5) } })

  it('is a window also where the day’s sum speaks for the number', () => {
    expect(of('count', closed, open, day)).toEqual([closed, day])
  })

  it('is the closed one of what is summed over it, the open one of what stands', () => {
    expect(of('ratio', closed, open)).toEqual([closed, closed])
    expect(of('level', closed, open)).toEqual([open, open])
    expect(of('ratio', open)).toEqual([open, open])
    expect(of('gauge')).toEqual([null, null])
  })
})

describe('rates', () => {
  it('put events into the minutes in which they fell', () => {
    const rates = new Rates()
    rates.put(0, 1_000)
    rates.put(90_000, 1_900)
    rates.put(120_000, 2_000)
    expect(rates.bars.value).toEqual([
      { minute: 0, events: 600 },
      { minute: 1, events: 400 },
    ])
  })

  it('leave what the server counted to the server', () => {
    const rates = new Rates()
    rates.put(0, 0)
    rates.put(240_000, 400)
    rates.remember({ from: 0, stepMs: 60_000, counts: [10, 200, 90] })
    expect(rates.bars.value).toEqual([{ minute: 3, events: 100 }])
    expect(rates.past.value?.counts).toEqual([10, 200, 90])
    rates.reset()
    expect([rates.past.value, rates.bars.value]).toEqual([null, []])
  })

  it('start again when the total falls', () => {
    const rates = new Rates()
    rates.put(60_000, 5_000)
    rates.put(120_000, 100)
    rates.put(180_000, 160)
    expect(rates.bars.value).toEqual([{ minute: 2, events: 60 }])
  })
})

describe('ledger', () => {
  const ledger = {
    read: 105,
    folded: 90,
    duplicate: 3,
    late: 4,
    deadLetter: 2,
    produced: 100,
    injected: 9,
    lost: 5,
    held: 1,
    unexplained: 0,
    tasks: 1,
    balanced: true,
    broken: [],
  }

  it('balances folded, late, held and lost against produced', () => {
    expect(accountedFor(ledger)).toBe(100)
    expect(isBalanced(ledger)).toBe(true)
    expect(isBalanced({ ...ledger, folded: 89 })).toBe(false)
    expect(isBalanced({ ...ledger, balanced: false })).toBe(false)
  })
})

describe('commands', () => {
  function setUp(online = true) {
    const messages: ClientMessage[] = []
    let id = 0
    const commands = new SentCommands(
      (message) => online && messages.push(message) > 0,
      () => 0,
      () => `c-${id++}`,
    )
    return { commands, messages }
  }

  it('count as confirmed only when the stream shows the effect', () => {
    const { commands, messages } = setUp()
    const id = commands.issue('clock.speed', { speed: 60 })
    expect(messages).toEqual([{ op: 'cmd', id, name: 'clock.speed', args: { speed: 60 } }])
    commands.answered(id, true)
    expect(commands.open('clock.speed')?.phase).toBe('accepted')
    commands.confirm((c) => c.args.speed === 30)
    expect(commands.open('clock.speed')).not.toBeNull()
    commands.confirm((c) => c.args.speed === 60)
    expect([commands.open('clock.speed'), commands.sent.value[0].phase]).toEqual([
      null,
      'confirmed',
    ])
  })

  it('say why they were refused, also without a connection', () => {
    const { commands } = setUp()
    const id = commands.issue('a.b', {}, 'asset-1')
    commands.resulted(id, false, 'closed')
    expect(commands.sent.value[0]).toMatchObject({ phase: 'refused', error: 'closed' })
    const away = setUp(false).commands
    away.issue('a.b')
    expect(away.sent.value[0]).toMatchObject({ phase: 'refused', error: 'offline' })
  })
})

describe('view state', () => {
  const preferred = { lang: 'zh' as const, theme: 'dark' as const, wall: false }

  it('survives the address bar', () => {
    const state = createViewState()
    const hash =
      '#view=plan&d=440106&e=lamp-7&k=x.use&c=113.26000,23.13000,12.50&m=x.use&off=a,b&help=1&rails=r&wall=1&lang=en&theme=light'
    readHash(state, hash, preferred)
    expect(state.askedCamera.value).toEqual({ lon: 113.26, lat: 23.13, zoom: 12.5 })
    state.camera.value = { lon: 113.26, lat: 23.13, zoom: 12.5 }
    expect(writeHash(state)).toBe(hash)
    expect([...state.hiddenLayers.value]).toEqual(['a', 'b'])
    lang.value = 'zh'
  })

  it('names an asset by its id once that is known, and takes no nonsense for a place', () => {
    const state = createViewState()
    for (const c of ['200,23,9', '113,23', '113,,9', 'x,y,z']) {
      readHash(state, `#c=${c}`, preferred)
      expect(state.askedCamera.value).toBe('fit')
    }
    readHash(state, '#c=113.123456789012345,-23,9&e=lamp-7', preferred)
    expect(state.askedCamera.value).toMatchObject({ lat: -23, zoom: 9 })
    readHash(state, '#c=200,23,9&e=lamp-7', preferred)
    expect([state.askedCamera.value, state.askedAsset.value]).toEqual(['fit', 'lamp-7'])
    state.askedAsset.value = null
    state.asset.value = 7
    expect(writeHash(state)).not.toContain('#e=')
    state.assetId.value = { number: 7, id: 'lamp-7' }
    expect(writeHash(state)).toContain('#e=lamp-7')
  })

  it('goes back to places, not to another language, theme or rail', () => {
    const state = createViewState()
    readHash(state, '#d=990101&lang=en&theme=light&rails=l', preferred)
    readHash(state, '#view=plan&lang=zh&theme=dark', preferred, true)
    expect([state.view.value, state.district.value]).toEqual(['plan', null])
    const look = [lang.value, state.theme.value, state.rightRail.value]
    expect(look).toEqual(['en', 'light', false])
    lang.value = 'zh'
  })

  it('falls back to what the browser prefers', () => {
    const state = createViewState()
    readHash(state, '#view=nonsense&lang=xx', { lang: 'en', theme: 'light', wall: false })
    expect([state.view.value, lang.value, state.theme.value]).toEqual(['map', 'en', 'light'])
    lang.value = 'zh'
  })
})
