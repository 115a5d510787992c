// The open-data face: current KPIs with their words, places, counting rules, plan clauses, terms and the notice.
import { isoTime } from '../../../infra/time.ts'
import type { KpiReading } from '../../../processor/contract/types.ts'
import type { OpenData, Text } from '../../../seeds/contract.ts'
import { httpError } from '../errors.ts'
import type { ShownRun } from '../state/run.ts'
import { type CellValue, csvText } from './csv.ts'

const SIMULATED = '模拟数据 SIMULATED'
/** For a plan that says nothing about its own targets. */
const VALUES_NOTICE: Text = {
  zh: '完成值为模拟，不代表实际',
  en: 'The values achieved are simulated and say nothing about reality.',
}

/** What every copy of the data must carry. */
export function noticeOf({ descriptor }: ShownRun): Text {
  const { zh, en } = descriptor.plan.notice ?? VALUES_NOTICE
  return { zh: `${SIMULATED}: ${zh}`, en: `${SIMULATED}: ${en}` }
}

/** Publisher and licence of the city; a 404 for a city that names none. */
export function termsOf({ city }: ShownRun): OpenData {
  if (city.openData) return city.openData
  const message = `open-data: ${city.id} names no publisher and licence, expected openData in seeds/${city.id}/city.json`
  throw httpError(404, 'not-found', message)
}

export const titleOf = ({ city }: ShownRun): Text => ({
  zh: `${city.name.zh}城市运行指标（模拟）`,
  en: `${city.name.en}: city KPIs (simulated)`,
})

export function openDataJson(run: ShownRun, readings: KpiReading[], now: number) {
  const { descriptor, epoch, city } = run
  const { publisher, licence } = termsOf(run)
  return {
    title: titleOf(run),
    notice: `${noticeOf(run).zh} ${(descriptor.plan.notice ?? VALUES_NOTICE).en}`,
    publisher,
    licence,
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
    kpis: readings.map((reading) => {
      const measure = run.kpis.get(reading.kpi)?.measure
      return {
        ...reading,
        label: measure?.label ?? null,
        rule: measure?.rule ?? null,
        kind: measure?.kind ?? null,
        plan: targetOf(run, reading),
      }
    }),
  }
}

const targetOf = ({ descriptor }: ShownRun, { target }: KpiReading) =>
  descriptor.plan.targets.find((t) => t.id === target) ?? null

type Row = { run: ShownRun; reading: KpiReading; scope: string }
type DataColumn = [name: string, of: (row: Row) => CellValue | undefined]

const measureOf = ({ run, reading }: Row) => run.kpis.get(reading.kpi)?.measure
const placeOf = ({ run, scope }: Row) => run.city.scopes.find((s) => s.code === scope)?.name
const cellOf = ({ reading, scope }: Row) => reading.scopes[scope]

const COLUMNS: DataColumn[] = [
  ['notice', ({ run }) => noticeOf(run).zh],
  ['licence', ({ run }) => termsOf(run).licence.name],
  ['publisher', ({ run }) => termsOf(run).publisher.zh],
  ['run', ({ run }) => run.descriptor.run],
  ['epoch', ({ run }) => run.epoch],
  ['scenario', ({ run }) => run.descriptor.scenario],
  ['seed', ({ run }) => run.descriptor.seed],
  ['digest', ({ run }) => run.descriptor.digest],
  ['kpi', ({ reading }) => reading.kpi],
  ['label_zh', (row) => measureOf(row)?.label.zh],
  ['label_en', (row) => measureOf(row)?.label.en],
  ['rule_zh', (row) => measureOf(row)?.rule.zh],
  ['rule_en', (row) => measureOf(row)?.rule.en],
  ['window', ({ reading }) => reading.window.kind],
  ['start', ({ reading }) => reading.window.start],
  ['end', ({ reading }) => reading.window.end],
  ['final', ({ reading }) => reading.final],
  ['watermark', ({ reading }) => reading.watermark],
  ['scope', ({ scope }) => scope],
  ['scope_zh', (row) => placeOf(row)?.zh],
  ['scope_en', (row) => placeOf(row)?.en],
  ['value', (row) => cellOf(row).value],
  ['unit', ({ reading }) => reading.unit],
  ['numerator', (row) => cellOf(row).numerator],
  ['denominator', (row) => cellOf(row).denominator],
  ['weight', ({ reading }) => reading.weight],
  ['n', (row) => cellOf(row).n],
  ['target', ({ reading }) => reading.target],
  ['target_value', ({ run, reading }) => targetOf(run, reading)?.value],
  ['target_unit', ({ run, reading }) => targetOf(run, reading)?.unit],
  ['target_due', ({ run, reading }) => targetOf(run, reading)?.due],
  ['target_grade', ({ run, reading }) => targetOf(run, reading)?.grade],
  ['target_document', ({ run, reading }) => targetOf(run, reading)?.document.zh],
  ['expected', ({ reading }) => reading.expected],
  ['status', ({ reading }) => reading.status],
  ['truth', ({ reading }) => reading.truth],
]

/** One row per reading and scope; notice and licence stand in every row, so that no excerpt loses them. */
export function openDataCsv(run: ShownRun, readings: KpiReading[]): string {
  const rows = readings.flatMap((reading) =>
    Object.keys(reading.scopes).map((scope) => {
      const row = { run, reading, scope }
      return COLUMNS.map(([, of]) => of(row) ?? null)
    }),
  )
  return csvText(
    COLUMNS.map(([name]) => name),
    rows,
  )
}
