// Names of single assets, from near: what is wrong first, as many as have room.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { FoundAsset } from '../../../messages.ts'
import { tx } from '../../i18n/i18n.ts'
import { boxesOver } from '../../map/callouts/callout-layout.ts'
import {
  NAMES_FROM_ZOOM,
  type NearAsset,
  namedAssets,
  type PlacedName,
  placeNames,
} from '../../map/names/near-assets.ts'
import { pageScale } from '../../map/page-scale.ts'
import type { ShownMap } from '../../map/shown-map.ts'
import type { EntityStore } from '../../store/assets/entities.ts'
import type { ToneName } from '../../store/assets/tones.ts'
import { useApp } from '../shell/context.ts'
import { layerDomains } from '../shell/keyboard.ts'
import { usePlaced } from './use-placed.ts'

/** Names are asked for once the map stands so long. */
const SETTLED_MS = 400
const FIRST: ToneName[] = ['critical', 'warning', 'offline']
const TYPE_REM = 0.8
const LEAST_TYPE_PX = 12
const WORLD_PX = 512
const OVER_MAP = '.legend, .map-chips > *, .map-credit, .callout, .maplibregl-ctrl-bottom-right > *'

export function NearNames({ map }: { map: ShownMap }) {
  const app = useApp()
  const { store, state } = app
  const holder = useRef<HTMLDivElement>(null)
  const names = useRef(new Map<number, FoundAsset>())
  const [placed, setPlaced] = useState<PlacedName[]>([])
  const entities = store.entities.value
  /** Whose names are known. */
  const of = useRef(entities)
  const hidden = state.hiddenLayers.value

  useEffect(() => {
    if (of.current !== entities) names.current.clear()
    of.current = entities
    let wait = 0
    let near: NearAsset[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    let project: (lon: number, lat: number) => [number, number] = () => [0, 0]
    const place = () => {
      const panel = holder.current?.parentElement
      if (!panel || !entities) return
      const seen = near.map((asset) => {
        const [x, y] = project(...entities.placeOf(asset.number))
        return { ...asset, x, y }
      })
      const size = (number: number) => sizeOf(names.current.get(number))
      const frame = { width: panel.clientWidth, height: panel.clientHeight }
      setPlaced(placeNames(seen, size, frame, boxesOver(panel, OVER_MAP)))
    }
    const ask = () => {
      const panel = holder.current?.parentElement
      if (!panel || !entities) return
      const frame = { width: panel.clientWidth, height: panel.clientHeight }
      near = zoomOf(map.bounds(), frame.width) < NAMES_FROM_ZOOM ? [] : inView(frame)
      const unknown = near.filter(({ number }) => !names.current.has(number))
      if (unknown.length === 0) return place()
      store.api
        .assetNames(unknown.map(({ number }) => number))
        .then((found) => {
          for (const one of found) names.current.set(one.number, one)
          place()
        })
        .catch((error: Error) => store.problem(error.message))
    }
    const inView = (frame: { width: number; height: number }) => {
      const shown = new Set(layerDomains(app).filter((domain) => !hidden.has(domain)))
      return namedAssets(candidates(entities!, map.bounds(), shown, project), frame)
    }
    const stop = map.watchView?.((next) => {
      project = next
      place()
      clearTimeout(timer)
      timer = setTimeout(ask, wait)
      wait = SETTLED_MS
    })
    return () => {
      clearTimeout(timer)
      stop?.()
    }
  }, [map, entities, hidden])

  return (
    <div ref={holder} class="near-names" aria-hidden="true">
      {placed.map(({ number, x, y }) => (
        <Name key={number} x={x} y={y} text={tx(names.current.get(number)?.name)} />
      ))}
    </div>
  )
}

function Name({ x, y, text }: { x: number; y: number; text: string }) {
  const ref = usePlaced<HTMLSpanElement>(x, y)
  return <span ref={ref}>{text}</span>
}

function* candidates(
  entities: EntityStore,
  [west, south, east, north]: number[],
  shown: Set<string>,
  project: (lon: number, lat: number) => [number, number],
): Generator<NearAsset> {
  const { lon, lat, domain, domains } = entities.catalogue
  for (let number = 0; number < entities.size; number++) {
    const [atLon, atLat] = [lon[number], lat[number]]
    if (atLon < west || atLon > east || atLat < south || atLat > north) continue
    if (!shown.has(domains[domain[number]])) continue
    const rank = FIRST.indexOf(entities.toneOf(number))
    const [x, y] = project(atLon, atLat)
    yield { number, x, y, rank: rank < 0 ? FIRST.length : rank }
  }
}

const zoomOf = ([west, , east]: number[], width: number): number =>
  Math.log2((360 * width) / (WORLD_PX * (east - west)))

/** About: a Chinese sign is as wide as type is high, a Latin one half of it. */
function sizeOf(found: FoundAsset | undefined): { width: number; height: number } | null {
  if (!found) return null
  const type = Math.max(LEAST_TYPE_PX, TYPE_REM * 16 * pageScale())
  const signs = [...tx(found.name)].reduce((sum, sign) => sum + (sign > '\u2e80' ? 1 : 0.55), 0)
  return { width: signs * type, height: 1.3 * type }
}
