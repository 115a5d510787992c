// What is wrong, said on the map itself: a ring that breathes until it was seen, a line, and a few words that lead there.
import { signal } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { FindingView } from '../../../messages.ts'
import { compact, hourMinute } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import {
  type Box,
  boxesOver,
  MOST_CALLOUTS,
  type PlacedCallout,
  placeCallouts,
} from '../../map/callouts/callout-layout.ts'

import { pageScale } from '../../map/page-scale.ts'
import type { ShownMap } from '../../map/shown-map.ts'
import { findingName } from '../alerts/finding-text.ts'
import { useApp } from '../shell/context.ts'
import { usePlaced } from './use-placed.ts'

/** As in map.css. */
const SIZE_REM = { width: 14.5, height: 3.2 }
const RING_PX = 13
const OTHERS = '.legend, .map-chips > *, .map-credit, .maplibregl-ctrl-bottom-right > *'
/** An area is shown from so near at most, km. */
const LEAST_KM = 1.5
/** Findings that somebody went to, by id. */
const seen = signal<ReadonlySet<string>>(new Set())

/** Over the map; findings that are over are gone. */
export function Callouts({ map }: { map: ShownMap }) {
  const { store, still } = useApp()
  const holder = useRef<HTMLDivElement>(null)
  const [placed, setPlaced] = useState<PlacedCallout[]>([])
  const open = openFindings(store.findings.value, store.run.value?.epoch)
  const key = open.map(({ id }) => id).join()

  useEffect(() => {
    if (open.length === 0) setPlaced([])
    return open.length === 0
      ? undefined
      : map.watchView?.((project) => {
          const panel = holder.current?.parentElement
          if (panel) setPlaced(layOut(open, panel, project))
        })
  }, [map, key])

  return (
    <div ref={holder} class="callouts">
      <svg class="callout-lines" aria-hidden="true">
        {placed.map(({ id, x, y, line: [toX, toY] }) => (
          <g key={id}>
            <line x1={x} y1={y} x2={toX} y2={toY} />
            <circle class={still || seen.value.has(id) ? '' : 'is-new'} cx={x} cy={y} r={RING_PX} />
          </g>
        ))}
      </svg>
      {placed.map(({ id, box }) => {
        const finding = open.find((it) => it.id === id)
        return finding && <Label key={id} finding={finding} box={box} map={map} />
      })}
    </div>
  )
}

/** The largest ones, newest first among equals. */
function openFindings(findings: FindingView[], epoch: number | undefined): FindingView[] {
  return findings
    .filter((finding) => finding.until === null && finding.epoch === epoch)
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_CALLOUTS)
}

function layOut(
  findings: FindingView[],
  panel: HTMLElement,
  project: (lon: number, lat: number) => [number, number],
): PlacedCallout[] {
  const rem = pageScale() * 16
  const size = { width: SIZE_REM.width * rem, height: SIZE_REM.height * rem }
  const wishes = findings.map(({ id, lon, lat }) => {
    const [x, y] = project(lon, lat)
    return { id, x, y, ...size }
  })
  const frame = { width: panel.clientWidth, height: panel.clientHeight }
  return placeCallouts(wishes, frame, boxesOver(panel, OTHERS))
}

function Label({ finding, box, map }: { finding: FindingView; box: Box; map: ShownMap }) {
  const { store } = useApp()
  const ref = usePlaced<HTMLButtonElement>(box.x, box.y)
  const run = store.run.value
  const declaration = run?.declarations[finding.domain]
  if (!run || !declaration) return null
  const { lon, lat, km } = finding
  const state = declaration.layer.states.find(({ code }) => code === finding.state)
  return (
    <button
      ref={ref}
      type="button"
      class="callout"
      onClick={() => {
        seen.value = new Set([...seen.value, finding.id])
        map.showArea({ lon, lat, km: Math.max(LEAST_KM, km) })
      }}
    >
      <b>{findingName(finding, run)}</b>
      <span>
        {t('map.callout', {
          n: compact(finding.count, lang.value),
          asset: tx(declaration.asset),
          state: state ? tx(state.label) : t('map.stale'),
          time: hourMinute(Date.parse(finding.since)),
        })}
      </span>
    </button>
  )
}
