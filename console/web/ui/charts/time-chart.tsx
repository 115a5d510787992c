// A chart over time by uPlot: lines as they were read, flags, and one place of it in words, by pointer or by keys.
import { useEffect, useRef, useState } from 'preact/hooks'
import type uPlot from 'uplot'
import { t } from '../../i18n/i18n.ts'
import { useApp } from '../shell/context.ts'
import { thinned, valueSplits } from './axis.ts'
import { drawBreak, drawFlags } from './chart-flags.ts'
import { seriesLook, token, typeFont } from './chart-look.ts'
import { aligned, type ChartLine, type ChartModel, nearestStop } from './chart-model.ts'

/** A label of the time axis takes so many px. */
const LABEL_PX = 58
const AXIS_PX = 28
/** Beside the texts of the value axis. */
const VALUE_GAP_PX = 10

export type TimeChartProps = {
  model: ChartModel
  /** What it is, for who does not see it. */
  label: string
  height: number
  /** A value at the axis. */
  text(value: number): string
  /** What can be read at a stop, in words. */
  read(stop: number): string
  /** Where it begins to be read: the newest by default. */
  first?: number
}

export function TimeChart(props: TimeChartProps) {
  const { model, label, height, first = model.stops.length - 1 } = props
  const [chosen, setChosen] = useState<number | null>(null)
  const holder = useChart(props, setChosen, chosen)
  const stop = Math.min(chosen ?? first, model.stops.length - 1)
  const said = stop < 0 ? t('chart.empty') : props.read(stop)
  return (
    <div class="chart">
      {/* A slider: what it has is one of its times, said in words. */}
      <div
        ref={holder}
        class="chart-plot"
        style={{ height: `${height}px` }}
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, model.stops.length - 1)}
        aria-valuenow={Math.max(0, stop)}
        aria-valuetext={said}
        onKeyDown={(event) => {
          const next = moved(event.code, stop, model.stops.length)
          if (next === null) return
          event.preventDefault()
          // The page has meanings of its own for the arrows.
          event.stopPropagation()
          setChosen(next)
        }}
      />
      <p class="chart-read">{said}</p>
      {model.axis.isBroken && (
        <p class="chart-note">{t('chart.broken', { from: props.text(model.axis.from) })}</p>
      )}
    </div>
  )
}

function widest({ ctx }: uPlot, texts: string[]): number {
  ctx.save()
  ctx.font = typeFont()
  const widths = texts.map((text) => ctx.measureText(text).width)
  ctx.restore()
  return Math.max(0, ...widths)
}

/** Where a key leads; null for keys of others. */
function moved(code: string, stop: number, count: number): number | null {
  const to: Record<string, number> = {
    ArrowLeft: stop - 1,
    ArrowDown: stop - 1,
    ArrowRight: stop + 1,
    ArrowUp: stop + 1,
    Home: 0,
    End: count - 1,
  }
  return code in to ? Math.max(0, Math.min(count - 1, to[code])) : null
}

/** Draws into the element that it returns a reference to. */
function useChart(
  props: TimeChartProps,
  choose: (stop: number | null) => void,
  chosen: number | null,
) {
  const { state } = useApp()
  const holder = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot | null>(null)
  const latest = useRef(props)
  latest.current = props
  const shape = props.model.lines.map(({ look, isSecond, tone }) => `${look}${isSecond}${tone}`)
  useEffect(() => {
    const element = holder.current
    if (!element) return
    let end = () => {}
    let isWanted = true
    // The library comes when a chart is first drawn.
    void import('uplot').then(({ default: Library }) => {
      if (isWanted)
        end = begin(
          new Library(options(latest, element, choose), dataOf(latest.current.model), element),
          element,
        )
    })
    return () => {
      isWanted = false
      end()
    }
  }, [shape.join()])

  function begin(made: uPlot, element: HTMLElement): () => void {
    chart.current = made
    const sizes = new ResizeObserver(() => {
      const { clientWidth, clientHeight } = element
      made.setSize({ width: clientWidth, height: clientHeight })
    })
    sizes.observe(element)
    // Colours are those of the page at the moment: of the theme, or of paper.
    const paper = matchMedia('print')
    const again = () => made.redraw(false, true)
    paper.addEventListener('change', again)
    return () => {
      sizes.disconnect()
      paper.removeEventListener('change', again)
      made.destroy()
      // The next one comes a little later: until then nobody draws what has other lines into this.
      chart.current = null
    }
  }
  useEffect(() => chart.current?.setData(dataOf(props.model)), [props.model])
  useEffect(() => {
    const frame = requestAnimationFrame(() => chart.current?.redraw(false, true))
    return () => cancelAnimationFrame(frame)
  }, [state.theme.value])
  useEffect(() => showCursor(chart.current, props.model, chosen), [chosen, props.model])
  return holder
}

/** The hair line where the keys are. */
function showCursor(chart: uPlot | null, model: ChartModel, chosen: number | null): void {
  if (!chart || chosen === null) return
  const left = chart.valToPos(model.stops[Math.min(chosen, model.stops.length - 1)], 'x')
  chart.setCursor({ left, top: chart.over.clientHeight / 2 }, false)
}

function dataOf({ lines, from, to }: ChartModel): uPlot.AlignedData {
  const { x, ys } = aligned(lines)
  const times = x.length > 0 ? x : [from, to]
  return [times, ...ys] as uPlot.AlignedData
}

type LatestProps = { current: TimeChartProps }

function options(
  latest: LatestProps,
  element: HTMLElement,
  choose: (stop: number | null) => void,
): uPlot.Options {
  const model = () => latest.current.model
  const axis: uPlot.Axis = {
    stroke: () => token('--muted'),
    grid: { stroke: () => token('--line'), width: 1 },
    ticks: { show: false },
    font: typeFont(),
    gap: 8,
  }
  const marks = (u: uPlot) => {
    const { marks: all, from, to } = model()
    return thinned(all, ((to - from) * LABEL_PX) / Math.max(1, u.over.clientWidth))
  }
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    legend: { show: false },
    padding: [14, 14, 0, 0],
    scales: {
      x: { time: false, range: () => [model().from, model().to] },
      y: { range: () => [model().axis.from, model().axis.to] },
    },
    axes: [
      {
        ...axis,
        size: AXIS_PX,
        splits: (u) => marks(u).map(({ at }) => at),
        values: (u) => marks(u).map(({ text }) => text),
      },
      {
        ...axis,
        size: (u, values) => VALUE_GAP_PX + widest(u, values ?? []),
        splits: () => valueSplits(model().axis),
        values: (_, splits) => splits.map((value) => latest.current.text(value)),
      },
    ],
    series: [{}, ...model().lines.map((line: ChartLine) => seriesLook(line))],
    bands: model().bands.map(([upper, lower]) => ({
      series: [upper + 1, lower + 1],
      fill: () => `color-mix(in srgb, ${token('--bar')} 33%, transparent)`,
    })),
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { show: false },
      bind: {
        mousemove: (u, _, handler) => (event) => {
          handler(event)
          const at = u.posToVal(u.cursor.left ?? 0, 'x')
          choose(nearestStop(model().stops, at))
          return null
        },
        mouseleave: () => () => {
          choose(null)
          return null
        },
      },
    },
    hooks: {
      drawAxes: [(u) => drawFlags(u, model())],
      draw: [(u) => drawBreak(u, model())],
    },
  }
}
