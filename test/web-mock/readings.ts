// Invented readings for the development mock: plausible sizes, slow drift, one district with something wrong.
import type { KpiReading, RunView } from '../../console/messages.ts'
import { mulberry } from './city.ts'
import { MOCK_DECLARATIONS, SURVEYS } from './declarations.ts'

type Target = RunView['plan']['targets'][number]
const DISTRICTS = 11
const text = (zh: string, en: string) => ({ zh, en })

function target(
  id: string,
  kpi: string,
  name: [string, string],
  value: number,
  unit: string,
  due: string,
  baseline: number,
  grade: Target['grade'] = 'official',
): Target {
  return {
    id,
    kpi,
    name: text(...name),
    value,
    unit,
    due,
    baseline: {
      date: due < '2023' ? '2020-12-31' : '2022-12-31',
      value: baseline,
      grade: 'demo assumption',
      source: 'mock',
    },
    grade,
    clause: text(`到期实现${name[0]}的目标值`, `Reach the target for ${name[1]}`),
    document: text('《示例市发展规划》', 'Example City development plan'),
    documentDate: '2024-05-16',
    source: 'mock',
    rule: text('全部口径', 'All kinds'),
  }
}

export const MOCK_NOTICE = text(
  '目标为公开数值，完成值为模拟，不代表实际',
  'Targets are published numbers; the values achieved are simulated.',
)

export const MOCK_UNITS = {
  '{site}': text('座', 'sites'),
  '{space}': text('个', 'spaces'),
  '{case}': text('件', 'cases'),
  '{dataset}': text('个', 'sets'),
  '{enterprise}': text('家', 'firms'),
  '{platform}': text('个', 'platforms'),
  '{node}': text('个', 'nodes'),
  '{registration}': text('次', 'registrations'),
}

export const MOCK_TARGETS: Target[] = [
  target(
    'lamps',
    'street-lamp.coverage',
    ['累计建成路灯', 'Lamps built'],
    100_000,
    '{site}',
    '2025-12-31',
    76_000,
  ),
  target(
    'lamps-main',
    'street-lamp.coverage-main',
    ['主干道路灯', 'Main-road lamps'],
    38_900,
    '{site}',
    '2022-12-31',
    20_000,
  ),
  target('hub', 'hub.coverage', ['行业覆盖率', 'Industry coverage'], 0.9, '1', '2025-12-31', 0.6),
  target('use', 'desk.usage', ['用证率', 'Digital use'], 0.8, '1', '2025-12-31', 0.5),
  ...SURVEYS.map((s, k) =>
    target(
      s.name,
      `survey.${s.name}`,
      [s.zh, s.en],
      s.value,
      s.unit,
      k < 5 ? '2025-12-31' : '2022-12-31',
      s.value * 0.6,
    ),
  ),
  target(
    'stops',
    'bus-stop.coverage',
    ['站点接入率', 'Stops online'],
    0.98,
    '1',
    '2025-12-31',
    0.8,
    'demo assumption',
  ),
  target(
    'air',
    'air-sensor.coverage',
    ['空气站接入率', 'Sensors online'],
    0.95,
    '1',
    '2025-12-31',
    0.7,
    'demo assumption',
  ),
  target(
    'avail',
    'street-lamp.availability',
    ['路灯可用率', 'Lamp availability'],
    0.98,
    '1',
    '2025-12-31',
    0.9,
    'demo assumption',
  ),
]

/** The mean value of every mock KPI, and the size of its denominator per scope unit. */
const LEVELS: Record<string, { value: number; of: number | null }> = {
  'street-lamp.coverage': { value: 0.9321, of: 100_000 },
  'street-lamp.coverage-main': { value: 1.08, of: 38_900 },
  'street-lamp.availability': { value: 0.987, of: 93_210 },
  'bus-stop.coverage': { value: 0.973, of: 4_000 },
  'bus-stop.delay': { value: 38, of: 2_400 },
  'air-sensor.coverage': { value: 0.961, of: 3_000 },
  'air-sensor.free': { value: 412_000, of: null },
  'desk.usage': { value: 0.762, of: 6_400 },
  'desk.volume': { value: 18_400, of: null },
  'hub.coverage': { value: 0.85, of: 20 },
  ...Object.fromEntries(
    SURVEYS.map((s, k) => [`survey.${s.name}`, { value: s.value * (0.9 + 0.03 * k), of: null }]),
  ),
}

const STATUSES: KpiReading['status'][] = [
  'on-track',
  'met',
  'on-track',
  'behind',
  'ahead',
  'on-track',
  'behind',
  'on-track',
  'on-track',
  'met',
  'missed',
  'met',
  'met',
]

/** All readings at window number `w` (end = start + (w + 1) × windowMs). */
export function mockReadings(
  scopes: { code: string }[],
  epoch: number,
  start: number,
  windowMs: number,
  w: number,
): KpiReading[] {
  const at = (ms: number) => new Date(ms).toISOString()
  const readings: KpiReading[] = []
  for (const [kpi, level] of Object.entries(LEVELS)) {
    const domain = kpi.split('.')[0]
    const random = mulberry(hash(kpi) + w * 31)
    const wide = MOCK_DECLARATIONS[domain].cityWide
    const drift = 1 + 0.05 * Math.sin(w / 9 + hash(kpi)) * (level.of === 100_000 ? 0.02 : 1)
    const cells: KpiReading['scopes'] = {}
    for (const [index, scope] of scopes.entries()) {
      if (wide && index > 0) continue
      const part = index === 0 ? 1 : 1 / DISTRICTS
      const skew = index === 0 ? 1 : 0.9 + 0.2 * mulberry(hash(kpi + scope.code))()
      const value = level.value * drift * (index === 0 ? 1 : skew) * (0.995 + 0.01 * random())
      const of = level.of === null ? null : Math.round(level.of * part)
      const numerator =
        of === null ? Number((value * part).toFixed(value < 10 ? 4 : 0)) : Math.round(value * of)
      cells[scope.code] = {
        value: of === null ? numerator : Number((numerator / of).toFixed(6)),
        numerator,
        denominator: of,
        n: of ?? Math.max(1, Math.min(Math.round(numerator), 5_000)),
      }
    }
    const target = MOCK_TARGETS.findIndex((t) => t.kpi === kpi)
    const end = at(start + (w + 1) * windowMs)
    const common = {
      epoch,
      kpi,
      final: true,
      watermark: end,
      weight: 1,
      unit: MOCK_DECLARATIONS[domain].measures.find((m) => `${domain}.${m.name}` === kpi)!.unit,
      target: target < 0 ? null : MOCK_TARGETS[target].id,
      truth: 'equal' as const,
      scopes: cells,
    }
    readings.push({
      ...common,
      window: { kind: 'window', start: at(start + w * windowMs), end },
      expected: null,
      status: null,
    })
    readings.push({
      ...common,
      window: { kind: 'day', start: at(start), end },
      expected: target < 0 ? null : MOCK_TARGETS[target].value * 0.94,
      status: target < 0 ? null : STATUSES[target % STATUSES.length],
    })
  }
  return readings
}

function hash(text: string): number {
  let h = 0
  for (const c of text) h = (Math.imul(h, 31) + c.charCodeAt(0)) | 0
  return Math.abs(h) % 100_000
}

/** Of one scope only its points, as the contract says. */
export function historyOf(readings: KpiReading[], scope: string | null) {
  if (scope === null) return readings
  const points = readings.map(({ window, scopes }) => ({
    end: window.end,
    value: scopes[scope]?.value ?? null,
    n: scopes[scope]?.n ?? 0,
  }))
  return { kpi: readings[0]?.kpi ?? '', scope, points }
}
