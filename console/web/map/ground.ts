// What the ground of the map shows of the page: shades and alerts of districts, names, the theme, the selected asset.
import type { GeoJSONSource, Map as MapLibre } from 'maplibre-gl'
import type { CityView, RunView } from '../../messages.ts'
import { lang } from '../i18n/i18n.ts'
import { alertMarks, alertSeverity, districtShades } from '../store/kpi/districts.ts'
import type { PageStore } from '../store/store.ts'
import type { ViewState } from '../view-state.ts'
import type { CityShapes } from './geometry.ts'
import { districtLabels, landmarkPoints, layers, type StyleInput } from './map-style.ts'
import { pageScale } from './page-scale.ts'
import { MAP_PALETTES } from './palette.ts'
import { ROAD_NAME, roadNameField } from './road-layers.ts'

export type GroundInput = { city: CityView; shapes: CityShapes; run: RunView; state: ViewState }

/** Does nothing before the map's style stands; the first `dress` shows everything. */
export class Ground {
  readonly #map: MapLibre
  readonly #store: PageStore
  readonly #input: GroundInput
  #isDressed = false

  constructor(map: MapLibre, store: PageStore, input: GroundInput) {
    this.#map = map
    this.#store = store
    this.#input = input
  }

  /** The style stands, for the first time or anew after a loss of the graphics context. */
  dress(): void {
    this.#isDressed = true
    this.showStates()
    this.showNames()
    this.showSelected()
  }

  showStates(): void {
    if (!this.#isReady) return
    const { run, state } = this.#input
    const shades = districtShades(this.#store, state)
    const severity = alertSeverity(this.#store.alerts.value)
    for (const { code } of run.scopes.slice(1)) {
      this.#map.setFeatureState(
        { source: 'districts', id: code },
        {
          shade: shades.byScope.get(code) ?? 0,
          alert: severity.get(code) ?? 0,
          selected: state.district.value === code ? 1 : 0,
        },
      )
    }
  }

  showNames(): void {
    if (!this.#isReady) return
    const input = styleInput(this.#input)
    this.#source('labels')?.setData(districtLabels(input, alertMarks(this.#store.alerts.value)))
    this.#source('landmarks')?.setData(landmarkPoints(input))
    this.#map.setLayoutProperty(ROAD_NAME, 'text-field', roadNameField(input.lang))
  }

  showTheme(): void {
    if (!this.#isReady) return
    for (const layer of layers(styleInput(this.#input))) {
      for (const [name, value] of Object.entries(layer.paint ?? {})) {
        this.#map.setPaintProperty(layer.id, name as never, value as never)
      }
    }
  }

  showSelected(): void {
    if (!this.#isReady) return
    const entities = this.#store.entities.value
    const number = this.#input.state.asset.value
    const at = number === null || !entities ? null : entities.placeOf(number)
    this.#source('selected')?.setData({
      type: 'FeatureCollection',
      features: at
        ? [{ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: at } }]
        : [],
    })
  }

  get isDressed(): boolean {
    return this.#isDressed
  }

  /** False before the style stands and after the map was removed. */
  get #isReady(): boolean {
    return this.#isDressed && Boolean(this.#map.style)
  }

  #source(name: string): GeoJSONSource | undefined {
    return this.#map.getSource(name) as GeoJSONSource | undefined
  }
}

export const styleInput = ({ city, shapes, run, state }: GroundInput): StyleInput => ({
  city,
  shapes,
  scopes: run.scopes.slice(1),
  palette: MAP_PALETTES[state.theme.value],
  lang: lang.value,
  scale: pageScale(),
})
