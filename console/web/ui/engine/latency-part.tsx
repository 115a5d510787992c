// From send to pixel: a small histogram, and the stages in a table.
import { whole } from '../../i18n/format.ts'
import { lang, t, type WordKey } from '../../i18n/i18n.ts'
import { BAR_ENDS, STAGES, type Stage } from '../../store/latency.ts'
import { Columns } from '../parts/columns.tsx'
import { useApp } from '../shell/context.ts'

const W = 600
const H = 100
const BASE = 84

const NAMES: Record<Stage, WordKey> = {
  fold: 'latency.fold',
  forward: 'latency.forward',
  draw: 'latency.draw',
  total: 'latency.total',
}

export function LatencyPart() {
  const { store, tick } = useApp()
  void tick.value
  const summary = store.latency.summary()
  const ms = (value: number) => whole(value, lang.value)
  return (
    <>
      <h3>
        {t('latency.title')} <small>{summary && t('latency.n', { n: summary.n })}</small>
      </h3>
      <p class="is-muted">{t('latency.lead')}</p>
      {!summary && <p class="is-grey">{t('conf.warming-up')}</p>}
      {summary && (
        <>
          <Bars bars={summary.bars} p50={summary.stages.total.p50} p95={summary.stages.total.p95} />
          <table class="plain">
            <Columns
              titles={[t('latency.stage'), 'p50 ms', 'p95 ms', `${t('latency.max')} ms`]}
              numbers={1}
            />
            <tbody>
              {STAGES.map((stage) => {
                const { p50, p95, max } = summary.stages[stage]
                return (
                  <tr key={stage} class={stage === 'total' ? 'is-total' : ''}>
                    <th scope="row">{t(NAMES[stage])}</th>
                    <td class="num">{ms(p50)}</td>
                    <td class="num">{ms(p95)}</td>
                    <td class="num">{ms(max)}</td>
                  </tr>
                )
              })}
            </tbody>
          </table>
          <p class="note">{t('latency.offset', { ms: ms(store.clockOffset()) })}</p>
        </>
      )}
    </>
  )
}

function Bars({ bars, p50, p95 }: { bars: number[]; p50: number; p95: number }) {
  const top = Math.max(1, ...bars)
  const width = W / bars.length
  const label = t('latency.bars', { p50: whole(p50, lang.value), p95: whole(p95, lang.value) })
  return (
    <svg class="latency-bars" viewBox={`0 0 ${W} ${H}`} role="img" aria-label={label}>
      {bars.map((count, i) => {
        const height = (count / top) * (BASE - 4)
        return (
          <g key={i}>
            <rect x={i * width + 1} width={width - 2} y={BASE - height} height={height} />
            <text x={(i + 1) * width} y={H - 3}>
              {i < BAR_ENDS.length ? tickText(BAR_ENDS[i]) : ''}
            </text>
          </g>
        )
      })}
      <line x1="0" x2={W} y1={BASE} y2={BASE} />
    </svg>
  )
}

const tickText = (ms: number): string => (ms < 1000 ? `${ms}` : `${ms / 1000}s`)
