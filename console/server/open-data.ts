// The open-data face: every current KPI with its words, place, counting rule and the notice that it is simulated.
import { isoTime } from '../../infra/time.ts'
import { type CellValue, csvText } from './csv.ts'
import type { Run } from './run.ts'

export const NOTICE = {
  zh: '模拟数据。目标为公开数值，完成值为模拟，不代表实际',
  en: 'SIMULATED data. Targets are published figures; achieved values are simulated and say nothing about the real city',
}
export const LICENCE = {
  name: 'CC0-1.0',
  url: 'https://creativecommons.org/publicdomain/zero/1.0/',
  text: {
    zh: '模拟读数按 CC0 1.0 提供；规划条文与目标值引自所列公开文件，请注明其出处',
    en: 'Simulated readings are offered under CC0 1.0; plan clauses and targets are quoted from the published documents named with them, which are to be cited',
  },
}

const COLUMNS = [
  ...[
    'notice',
    'licence',
    'run',
    'epoch',
    'scenario',
    'seed',
    'digest',
    'kpi',
    'label_zh',
    'label_en',
  ],
  ...[
    'rule_zh',
    'rule_en',
    'window',
    'start',
    'end',
    'final',
    'watermark',
    'scope',
    'scope_zh',
    'scope_en',
    'value',
  ],
  ...['unit', 'numerator', 'denominator', 'weight', 'n', 'target', 'expected', 'status', 'truth'],
]

export function openDataJson(run: Run, now: number) {
  const { descriptor, epoch, city } = run
  const { targets } = descriptor.plan
  return {
    title: {
      zh: `${city.name.zh}城市运行指标（模拟）`,
      en: `${city.name.en}: city KPIs (simulated)`,
    },
    notice: `模拟数据 / SIMULATED: ${NOTICE.zh} ${NOTICE.en}`,
    licence: LICENCE,
    generatedAt: isoTime(now),
    run: {
      run: descriptor.run,
      epoch,
      scenario: descriptor.scenario,
      seed: descriptor.seed,
      digest: descriptor.digest,
      start: descriptor.start,
      end: descriptor.end,
      scale: descriptor.scale,
    },
    scopes: city.scopes,
    kpis: run.readings.latest().map(({ reading }) => {
      const kpi = run.kpis.get(reading.kpi)
      return {
        ...reading,
        label: kpi?.measure.label ?? null,
        rule: kpi?.measure.rule ?? null,
        kind: kpi?.measure.kind ?? null,
        plan: targets.find((t) => t.id === reading.target) ?? null,
      }
    }),
  }
}

/** One row per KPI, window kind and scope; notice and licence stand in every row, so that no excerpt loses them. */
export function openDataCsv(run: Run): string {
  const { descriptor, epoch, city } = run
  const notice = `模拟数据 SIMULATED: ${NOTICE.zh}`
  const ofRun: CellValue[] = [
    notice,
    LICENCE.name,
    descriptor.run,
    epoch,
    descriptor.scenario,
    descriptor.seed,
    descriptor.digest,
  ]
  const names = new Map(city.scopes.map((s) => [s.code, s.name]))
  const rows: CellValue[][] = []
  for (const { reading: r } of run.readings.latest()) {
    const measure = run.kpis.get(r.kpi)?.measure
    const words = [
      r.kpi,
      measure?.label.zh ?? null,
      measure?.label.en ?? null,
      measure?.rule.zh ?? null,
      measure?.rule.en ?? null,
    ]
    const window = [r.window.kind, r.window.start, r.window.end, r.final, r.watermark]
    for (const [code, s] of Object.entries(r.scopes)) {
      const place = [code, names.get(code)?.zh ?? null, names.get(code)?.en ?? null]
      const sums = [s.value, r.unit, s.numerator, s.denominator, r.weight, s.n]
      const judged = [r.target, r.expected, r.status, r.truth]
      rows.push([...ofRun, ...words, ...window, ...place, ...sums, ...judged])
    }
  }
  return csvText(COLUMNS, rows)
}
