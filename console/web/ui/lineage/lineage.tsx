// Where a number comes from: rule, formula, sums, plan clause, districts, topic-partitions, down to raw events.
import { useEffect, useRef } from 'preact/hooks'
import type { KpiReading } from '../../../messages.ts'
import { date, exact, hourMinuteSecond, quantityText, whole } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import {
  achieved,
  type DeclaredKpi,
  expectedAt,
  type PlanTarget,
  reportOf,
} from '../../store/kpi/measures.ts'
import { reportPeriod } from '../../store/kpi/report-period.ts'
import { latestWindow, shownReading } from '../../store/kpi/shown-reading.ts'
import { historyChart } from '../charts/late-charts.ts'
import { useFocusReturn } from '../find/focus-return.ts'
import { Sparkline, Trajectory } from '../parts/charts.tsx'
import { Columns } from '../parts/columns.tsx'
import { statusGlyph, statusTone } from '../parts/icons.tsx'
import { Later } from '../parts/later.tsx'
import { ageText, periodText, series } from '../parts/reading-view.ts'
import { Scroll } from '../parts/scroll.tsx'
import { PlanNote } from '../plan/plan-note.tsx'
import { clauseText } from '../plan/plan-words.ts'
import { useApp } from '../shell/context.ts'
import { formulaText } from './formula.ts'
import { LineageParts } from './lineage-parts.tsx'
import { RawFormula } from './raw-formula.tsx'

export function Lineage() {
  const { store, state } = useApp()
  const kpi = state.lineage.value === null ? null : store.kpis.value.get(state.lineage.value)
  return kpi ? <Drawer key={kpi.id} kpi={kpi} /> : null
}

function Drawer({ kpi }: { kpi: DeclaredKpi }) {
  const { store, state } = useApp()
  const ref = useRef<HTMLDialogElement>(null)
  useFocusReturn()
  useEffect(() => {
    ref.current?.show()
    void store.api
      .history(kpi.id)
      .then((history) => store.readings.remember(kpi.id, history))
      .catch((error: Error) => store.problem(error.message))
  }, [kpi.id])
  const close = () => {
    state.lineage.value = null
  }
  const run = store.run.value
  if (!run) return null
  const city = run.scopes[0].code
  const scope = kpi.declaration.cityWide ? city : (state.district.value ?? city)
  const name = run.scopes.find((s) => s.code === scope)?.name
  const history = series(store, kpi, scope, city)
  const day = store.readings.latest(kpi.id, 'day').value
  return (
    <dialog ref={ref} class="drawer" aria-labelledby="lineage-title" onClose={close}>
      <div class="panel-head">
        <h2 id="lineage-title">
          {tx(kpi.measure.label)}
          <small>
            {t('lineage.title')} · {tx(name)}
          </small>
        </h2>
        <button type="button" aria-label={t('ui.close')} onClick={close}>
          ✕
        </button>
      </div>
      <Scroll label={t('lineage.title')}>
        <p class="rule">
          <b>{t('lineage.rule')}</b> {tx(kpi.measure.rule)}
        </p>
        <p class="formula">
          <b>{formulaText(kpi)}</b> {t(`lineage.kind.${kpi.measure.kind}`)} <code>{kpi.id}</code>
        </p>
        <RawFormula kpi={kpi} scope={scope} />
        <h3>{t('lineage.history')}</h3>
        <Later
          late={historyChart}
          meanwhile={<Sparkline values={history} label={tx(kpi.measure.label)} />}
        />
        <Sums
          title={t('lineage.latest')}
          reading={latestWindow(store, kpi)}
          kpi={kpi}
          scope={scope}
        />
        {day && <Sums title={t('lineage.day')} reading={day} kpi={kpi} scope={scope} />}
        {kpi.targets.map((target) => (
          <TargetPart key={target.id} target={target} kpi={kpi} day={day} city={city} />
        ))}
        {!kpi.declaration.cityWide && <ByDistrict kpi={kpi} />}
        <LineageParts kpi={kpi} scope={scope} />
      </Scroll>
    </dialog>
  )
}

function Sums(props: {
  title: string
  reading: KpiReading | null
  kpi: DeclaredKpi
  scope: string
}) {
  const { title, reading, kpi, scope } = props
  const { store } = useApp()
  const cell = reading?.scopes[scope]
  if (!reading || !cell) {
    return (
      <>
        <h3>{title}</h3>
        <p class="is-grey">{t('conf.warming-up')}</p>
      </>
    )
  }
  const time = (iso: string) => hourMinuteSecond(Date.parse(iso))
  // A slow indicator is as old as its report, not as the stream.
  const report = reportOf(kpi, store.clock.value?.horizon ?? 0)
  return (
    <>
      <h3>
        {title}
        <small>{t(reading.final ? 'lineage.final' : 'lineage.provisional')}</small>
      </h3>
      <p class="equation">
        {exact(cell.numerator, lang.value)}
        {reading.weight !== 1 && ` × ${exact(reading.weight, lang.value)}`}
        {cell.denominator !== null && ` ÷ ${exact(cell.denominator, lang.value)}`}
        {' = '}
        <b>{cell.value === null ? t('conf.no-data') : exact(cell.value, lang.value)}</b>{' '}
        {cell.value !== null && kpi.measure.unit === '1' && (
          <small>({quantityText(cell.value, '1', lang.value)})</small>
        )}
      </p>
      <dl class="fields fields-tight">
        <Field name={t('lineage.n')} value={whole(cell.n, lang.value)} />
        <Field name={t('lineage.weight')} value={exact(reading.weight, lang.value)} />
        <Field
          name={t('lineage.window')}
          value={`${date(Date.parse(reading.window.start))} ${time(reading.window.start)} – ${time(reading.window.end)}`}
        />
        <Field name={t('lineage.watermark')} value={time(reading.watermark)} />
        <Field
          name={t(report ? 'lineage.period' : 'lineage.freshness')}
          value={report ? periodText(report) : ageText(store, reading)}
        />
        <Field
          name={t('lineage.truth')}
          value={t(reading.truth ? `truth.${reading.truth}` : 'truth.none')}
        />
      </dl>
    </>
  )
}

const Field = ({ name, value }: { name: string; value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
)

function TargetPart(props: {
  target: PlanTarget
  kpi: DeclaredKpi
  day: KpiReading | null
  city: string
}) {
  const { target, kpi, day, city } = props
  const { store } = useApp()
  const now = store.clock.value?.horizon ?? 0
  const value = day ? achieved(kpi, target, day, city) : null
  const status = day?.target === target.id ? day.status : null
  const period = reportPeriod(target, now)
  const text = (v: number) => quantityText(v, target.unit, lang.value)
  return (
    <>
      <h3>
        {t('lineage.target')} · {tx(target.name)}
        <small class={`grade ${target.grade === 'official' ? 'is-official' : ''}`}>
          {t(`grade.${target.grade}`)}
        </small>
      </h3>
      <Trajectory
        target={target}
        now={now}
        value={value}
        tone={statusTone(status)}
        label={tx(target.name)}
      />
      <dl class="fields fields-tight">
        <Field name={t('plan.value')} value={text(target.value)} />
        <Field
          name={t('plan.current')}
          value={value === null ? t('conf.warming-up') : text(value)}
        />
        {period && <Field name={t('lineage.period')} value={periodText(period)} />}
        <Field name={t('lineage.expected')} value={text(expectedAt(target, now))} />
        <Field
          name={t('plan.status')}
          value={status ? `${statusGlyph(status)} ${t(`status.${status}`)}` : '–'}
        />
        <Field name={t('lineage.rule')} value={tx(target.rule)} />
        <Field name={t('lineage.clause')} value={clauseText(target)} />
        <Field
          name={t('lineage.document')}
          value={`${tx(target.document)} ${target.documentDate}`}
        />
        <Field name={t('lineage.due')} value={target.due} />
        <Field
          name={t('lineage.baseline')}
          value={`${target.baseline.date} · ${text(target.baseline.value)} · ${t(`grade.${target.baseline.grade}`)}`}
        />
      </dl>
      <PlanNote />
    </>
  )
}

function ByDistrict({ kpi }: { kpi: DeclaredKpi }) {
  const { store } = useApp()
  const reading = shownReading(store, kpi)
  const run = store.run.value
  if (!reading || !run) return null
  return (
    <>
      <h3>
        {t('lineage.perDistrict')}
        <small>{t(reading.window.kind === 'day' ? 'lineage.day' : 'lineage.latest')}</small>
      </h3>
      <table class="plain by-district">
        <Columns
          titles={[
            t('districts.name'),
            t('lineage.value'),
            t('lineage.numerator'),
            t('lineage.denominator'),
            'n',
          ]}
          numbers={1}
        />
        <tbody>
          {run.scopes.map(({ code, name }) => {
            const cell = reading.scopes[code]
            return (
              <tr key={code}>
                <th scope="row">{tx(name)}</th>
                <td class="num">
                  {quantityText(cell?.value ?? null, kpi.measure.unit, lang.value)}
                </td>
                <td class="num">{exact(cell?.numerator ?? null, lang.value)}</td>
                <td class="num">{exact(cell?.denominator ?? null, lang.value)}</td>
                <td class="num">{cell ? whole(cell.n, lang.value) : '–'}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </>
  )
}
