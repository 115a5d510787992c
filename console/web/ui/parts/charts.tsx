// Small hand-made charts: sparkline, bullet bar with target tick, trajectory toward a due date.
import { dueAt, expectedAt, judgedAt, type PlanTarget } from '../../store/kpi/measures.ts'

const W = 100
const H = 24

type Points = (number | null)[]

/** A quiet line over the last windows with its newest point, and under it what is usual; nothing below two points. */
export function Sparkline(props: { values: Points; label: string; usual?: Points }) {
  const { values, label, usual = [] } = props
  const numbers = [...values, ...usual].filter((v): v is number => v !== null)
  const last = values.findLastIndex((v) => v !== null)
  if (numbers.length < 2 || last < 0) {
    return <svg class="spark" viewBox={`0 0 ${W} ${H}`} aria-hidden="true" />
  }
  const low = Math.min(...numbers)
  const high = Math.max(...numbers)
  const middle = (low + high) / 2
  // A flat series stays flat: differences below 0.2 % are not blown up to a mountain range.
  const reach = Math.max((high - low) / 2, Math.abs(middle) * 0.002, 1e-9)
  const x = (i: number) => (i / Math.max(1, values.length - 1)) * (W - 4) + 1
  const y = (v: number) => H / 2 - ((v - middle) / reach) * (H / 2 - 3)
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${W} ${H}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path class="spark-usual" d={linePath(usual, x, y)} vector-effect="non-scaling-stroke" />
      <path d={linePath(values, x, y)} vector-effect="non-scaling-stroke" />
      <line
        class="spark-end"
        x1={x(last)}
        x2={x(last)}
        y1={y(values[last]!)}
        y2={y(values[last]!)}
        vector-effect="non-scaling-stroke"
      />
    </svg>
  )
}

/** Broken where nothing is known. */
function linePath(values: Points, x: (i: number) => number, y: (v: number) => number): string {
  const steps = values.map((v, i) => {
    if (v === null) return ''
    const sign = (values[i - 1] ?? null) === null ? 'M' : 'L'
    return `${sign}${x(i).toFixed(1)} ${y(v).toFixed(1)}`
  })
  return steps.join('')
}

/** A bar with a solid tick at the target and a hollow one at what is expected today. */
export function Bullet(props: {
  value: number | null
  target: number
  expected: number | null
  tone: string
}) {
  const { value, target, expected, tone } = props
  const top = Math.max(target * 1.1, (value ?? 0) * 1.02)
  const x = (v: number) => (top === 0 ? 0 : Math.min(W, (v / top) * W))
  return (
    <svg
      class={`bullet tone-${tone}`}
      viewBox={`0 0 ${W} 6`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect class="bullet-track" x="0" y="1" width={W} height="4" />
      {value !== null && <rect class="bullet-bar" x="0" y="1" width={x(value)} height="4" />}
      {expected !== null && (
        <line
          class="bullet-expected"
          x1={x(expected)}
          x2={x(expected)}
          y1="0.5"
          y2="5.5"
          vector-effect="non-scaling-stroke"
        />
      )}
      <line
        class="bullet-target"
        x1={x(target)}
        x2={x(target)}
        y1="0"
        y2="6"
        vector-effect="non-scaling-stroke"
      />
    </svg>
  )
}

const TW = 160
const TH = 40

/** Baseline → due as a line, today's value as a point; the part after the due date is level. */
export function Trajectory(props: {
  target: PlanTarget
  now: number
  value: number | null
  tone: string
  label: string
}) {
  const { target, now, value, tone, label } = props
  const from = Date.parse(`${target.baseline.date}T00:00:00+08:00`)
  const due = dueAt(target)
  const end = Math.max(due, now) + (due - from) * 0.06
  const top = Math.max(target.value, value ?? 0, target.baseline.value) * 1.08
  const bottom = Math.min(target.value, value ?? target.value, target.baseline.value) * 0.9
  const x = (time: number) => 3 + ((time - from) / (end - from)) * (TW - 6)
  const of = Math.max(from, judgedAt(target, now))
  const y = (v: number) => TH - 4 - ((v - bottom) / (top - bottom || 1)) * (TH - 8)
  return (
    <svg
      class={`trajectory tone-${tone}`}
      viewBox={`0 0 ${TW} ${TH}`}
      role="img"
      aria-label={label}
    >
      <line class="trajectory-due" x1={x(due)} x2={x(due)} y1="2" y2={TH - 2} />
      <path
        class="trajectory-line"
        d={`M${x(from)} ${y(target.baseline.value)}L${x(due)} ${y(target.value)}L${x(end)} ${y(target.value)}`}
      />
      <circle class="trajectory-base" cx={x(from)} cy={y(target.baseline.value)} r="2" />
      <circle class="trajectory-goal" cx={x(due)} cy={y(target.value)} r="2.4" />
      {value !== null && (
        <>
          <line
            class="trajectory-gap"
            x1={x(of)}
            x2={x(of)}
            y1={y(expectedAt(target, now))}
            y2={y(value)}
          />
          <circle class="trajectory-now" cx={x(of)} cy={y(value)} r="3.4" />
        </>
      )}
    </svg>
  )
}
