// What the ground of the map shows of the page: shades and alerts of districts, names, the theme, the selected asset.
import type { FeatureCollection } from 'geojson'
import type { GeoJSONSource, Map as MapLibre } from 'maplibre-gl'
import type { CityView, RunView } from '../../messages.ts'
import { lang } from '../i18n/i18n.ts'
import { alertMarks } from '../store/kpi/districts.ts'
import type { PageStore } from '../store/store.ts'
import type { ViewState } from '../view-state.ts'
import { DayWatch } from './daylight/day-watch.ts'
import { type Daylight, daylight } from './daylight/daylight.ts'
import { DistrictStates } from './districts/district-states.ts'
import type { CityShapes } from './geometry.ts'
import { incidentShapes, type ShownIncidents } from './incident-shapes.ts'
import { DAYLIGHT, districtLabels, landmarkPoints, layers } from './map-style.ts'
import { AREA_NAME, areaNameField } from './names/name-layers.ts'
import { addPictograms } from './names/pictograms.ts'
import { pageScale } from './page-scale.ts'
import { MAP_PALETTES } from './palette.ts'
import { ROAD_NAME, roadFeatures, roadNameField } from './road-layers.ts'
import type { StyleInput } from './style-input.ts'

export type GroundInput = { city: CityView; shapes: CityShapes; run: RunView; state: ViewState }

/** Does nothing before the map's style stands; the first `dress` shows everything. */
export class Ground {
  readonly #map: MapLibre
  readonly #store: PageStore
  readonly #input: GroundInput
  readonly #districts: DistrictStates
  readonly #day: DayWatch
  #incidents: ShownIncidents = { underWay: [], draft: null, now: 0, frontOf: () => undefined }
  #isDressed = false

  constructor(map: MapLibre, store: PageStore, input: GroundInput, still: boolean) {
    this.#map = map
    this.#store = store
    this.#input = input
    const [west, south, east, north] = input.city.bounds
    this.#day = new DayWatch((west + east) / 2, (south + north) / 2)
    this.#districts = new DistrictStates(map, store, input.state, still)
  }

  /** The style stands, for the first time or anew after a loss of the graphics context. */
  dress(): void {
    this.#isDressed = true
    addPictograms(this.#map)
    this.#districts.show(true)
    this.showNames()
    this.showRoads()
    this.showSelected()
    this.showIncidents(this.#incidents)
  }

  showStates(): void {
    if (this.#isReady) this.#districts.show()
  }

  showNames(): void {
    if (!this.#isReady) return
    const input = styleInput(this.#input, this.light)
    this.#give('labels', districtLabels(input, alertMarks(this.#store.alerts.value)))
    this.#give('landmarks', landmarkPoints(input))
    this.#map.setLayoutProperty(AREA_NAME, 'text-field', areaNameField(input.lang))
    this.#map.setLayoutProperty(ROAD_NAME, 'text-field', roadNameField(input.lang))
  }

  /** With those that are seen from near by, once they are here. */
  showRoads(): void {
    const near = this.#store.nearRoads.value
    if (!this.#isReady || !near) return
    const features = [...this.#input.shapes.roads, ...roadFeatures(near)]
    this.#source('roads')?.setData({ type: 'FeatureCollection', features })
  }

  showTheme(): void {
    if (!this.#isReady) return
    for (const layer of layers(styleInput(this.#input, this.light))) {
      for (const [name, value] of Object.entries(layer.paint ?? {})) {
        this.#map.setPaintProperty(layer.id, name as never, value as never)
      }
    }
  }

  /** The light of the city's time; null = no time yet. */
  showDaylight(time: number | null): void {
    if (time === null || !this.#isReady) return
    const light = this.#day.at(time, this.#input.state.theme.value)
    if (!light) return
    this.#map.setPaintProperty(DAYLIGHT, 'background-color', light.tint.color)
    this.#map.setPaintProperty(DAYLIGHT, 'background-opacity', light.tint.opacity)
  }

  get light(): Daylight {
    return this.#day.light
  }

  showSelected(): void {
    if (!this.#isReady) return
    const entities = this.#store.entities.value
    const number = this.#input.state.asset.value
    const at = number === null || !entities ? null : entities.placeOf(number)
    this.#give('selected', {
      type: 'FeatureCollection',
      features: at
        ? [{ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: at } }]
        : [],
    })
  }

  showIncidents(shown: ShownIncidents): void {
    this.#incidents = shown
    if (!this.#isReady) return
    this.#give('incidents', incidentShapes(shown, this.#input.shapes.districts))
  }

  stop(): void {
    this.#districts.stop()
  }

  get isDressed(): boolean {
    return this.#isDressed
  }

  /** False before the style stands and after the map was removed. */
  get #isReady(): boolean {
    return this.#isDressed && Boolean(this.#map.style)
  }

  /** What a source has already would be laid out, placed and drawn again. */
  #give(name: string, data: FeatureCollection): void {
    const source = this.#source(name)
    if (JSON.stringify(source?.serialize().data) !== JSON.stringify(data)) source?.setData(data)
  }

  #source(name: string): GeoJSONSource | undefined {
    return this.#map.getSource(name) as GeoJSONSource | undefined
  }
}

const BY_DAY = daylight(90, 'light')

export const styleInput = (
  { city, shapes, run, state }: GroundInput,
  light: Daylight = BY_DAY,
): StyleInput => ({
  city,
  shapes,
  scopes: run.scopes.slice(1),
  palette: MAP_PALETTES[state.theme.value],
  lang: lang.value,
  scale: pageScale(),
  tint: light.tint,
})
