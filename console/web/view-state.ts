// What the person has chosen (view, language, theme, district, asset, place on the map), mirrored in the URL's hash.

import { batch, signal } from '@preact/signals'
import type { Cue, IncidentPlace } from '../messages.ts'
import { type Lang, lang } from './i18n/i18n.ts'

export type View = 'map' | 'plan' | 'proof' | 'engine'
export type Theme = 'dark' | 'light'
export type Density = 'explaining' | 'engineering'
export type MapSpot = NonNullable<Cue['camera']>

const VIEWS: View[] = ['map', 'plan', 'proof', 'engine']

export type ViewState = ReturnType<typeof createViewState>

/** `leftRail` = whether it is open unless somebody says otherwise. */
export function createViewState(leftRail = true) {
  return {
    view: signal<View>('map'),
    theme: signal<Theme>('dark'),
    /** Scope code, or null for the whole city. */
    district: signal<string | null>(null),
    /** Domains that are switched off. */
    hiddenLayers: signal<ReadonlySet<string>>(new Set()),
    /** KPI by which districts are sorted and shaded; null = the first one. */
    metric: signal<string | null>(null),
    /** Catalogue number of the selected asset. */
    asset: signal<number | null>(null),
    /** The id of an asset that was read, for the address: it outlives a catalogue, a number does not. */
    assetId: signal<{ number: number; id: string } | null>(null),
    /** The id of an asset that the address asks for, until somebody knows its number. */
    askedAsset: signal<string | null>(null),
    /** Where the map looks; null = at what is chosen. */
    camera: signal<MapSpot | null>(null),
    /** Where the address wants the map to look; null once it does. */
    askedCamera: signal<MapSpot | 'fit' | null>(null),
    /** KPI whose lineage is open. */
    lineage: signal<string | null>(null),
    /** KPIs that the chosen cue is about. */
    highlight: signal<readonly string[]>([]),
    /** A command that waits in the chosen asset's form, with what was filled in for the person. */
    order: signal<{ command: string; args: Record<string, unknown> } | null>(null),
    /** The alert or finding that the keys have come to, by id. */
    attention: signal<string | null>(null),
    /** Grows whenever a key asked for what is wrong and nothing is. */
    nothingOpen: signal(0),
    help: signal(false),
    /** The field that finds things is open. */
    searching: signal(false),
    /** The list of all assets is open, what is wrong first. */
    listing: signal(false),
    /** The form that starts an incident is open. */
    injecting: signal(false),
    /** Where that form would start one, for the map; null while its fields make no place. */
    draftPlace: signal<IncidentPlace | null>(null),
    /** Takes the next points that are clicked on the map, instead of what a click does there else. */
    mapPick: signal<((lon: number, lat: number) => void) | null>(null),
    wall: signal(false),
    /** How much is said at once: what an audience needs, or all that there is. */
    density: signal<Density>('explaining'),
    leftRail: signal(leftRail),
    rightRail: signal(true),
    /** What the rails are unless the address says otherwise. */
    usualRails: leftRail ? 'lr' : 'r',
  }
}

/**
 * Reads a hash such as `#view=plan&d=<district>&off=a,b&lang=en&theme=light` into the state; unknown parts are ignored.
 * On the way back through the history only the places are read: language, theme and rails stay as they are.
 */
export function readHash(
  state: ViewState,
  hash: string,
  preferred: { lang: Lang; theme: Theme; wall: boolean },
  isBack = false,
): void {
  const parts = new URLSearchParams(hash.replace(/^#/, ''))
  batch(() => {
    readPlace(state, parts)
    if (!isBack) readLook(state, parts, preferred)
  })
}

function readPlace(state: ViewState, parts: URLSearchParams): void {
  const view = parts.get('view') as View
  state.view.value = VIEWS.includes(view) ? view : 'map'
  state.district.value = parts.get('d')
  state.lineage.value = parts.get('k')
  state.help.value = parts.has('help')
  state.listing.value = parts.has('list')
  const asset = parts.get('e')
  const known = state.assetId.value
  const isKnown = asset !== null && known?.id === asset
  state.asset.value = isKnown ? known.number : null
  state.askedAsset.value = isKnown ? null : asset
  state.askedCamera.value = spotOf(parts.get('c')) ?? 'fit'
}

function readLook(
  state: ViewState,
  parts: URLSearchParams,
  preferred: { lang: Lang; theme: Theme; wall: boolean },
): void {
  state.metric.value = parts.get('m')
  state.hiddenLayers.value = new Set((parts.get('off') ?? '').split(',').filter(Boolean))
  state.density.value = parts.get('n') === 'engineering' ? 'engineering' : 'explaining'
  const asked = parts.get('lang')
  lang.value = asked === 'zh' || asked === 'en' ? asked : preferred.lang
  const theme = parts.get('theme')
  state.theme.value = theme === 'dark' || theme === 'light' ? theme : preferred.theme
  const rails = parts.get('rails') ?? state.usualRails
  state.leftRail.value = rails.includes('l')
  state.rightRail.value = rails.includes('r')
  state.wall.value = parts.has('wall') || preferred.wall
}

/** A place on the map as `lon,lat,zoom`; null where that is no such place. */
function spotOf(text: string | null): MapSpot | null {
  const numbers = (text ?? '').split(',').map((part) => (part.trim() === '' ? NaN : Number(part)))
  const [lon, lat, zoom] = numbers
  const isInRange = Math.abs(lon) <= 180 && Math.abs(lat) <= 85 && zoom >= 0 && zoom <= 22
  const isPlace = numbers.length === 3 && isInRange
  return isPlace ? { lon, lat, zoom } : null
}

const spotText = ({ lon, lat, zoom }: MapSpot): string =>
  `${lon.toFixed(5)},${lat.toFixed(5)},${zoom.toFixed(2)}`

/** The hash that `readHash` reads back. */
export function writeHash(state: ViewState): string {
  const parts = new URLSearchParams()
  if (state.view.value !== 'map') parts.set('view', state.view.value)
  if (state.district.value) parts.set('d', state.district.value)
  const asset = assetInAddress(state)
  if (asset) parts.set('e', asset)
  if (state.lineage.value) parts.set('k', state.lineage.value)
  if (state.camera.value) parts.set('c', spotText(state.camera.value))
  if (state.metric.value) parts.set('m', state.metric.value)
  if (state.hiddenLayers.value.size > 0) parts.set('off', [...state.hiddenLayers.value].join(','))
  if (state.density.value !== 'explaining') parts.set('n', state.density.value)
  if (state.help.value) parts.set('help', '1')
  if (state.listing.value) parts.set('list', '1')
  const rails = `${state.leftRail.value ? 'l' : ''}${state.rightRail.value ? 'r' : ''}`
  if (rails !== state.usualRails) parts.set('rails', rails)
  if (state.wall.value) parts.set('wall', '1')
  parts.set('lang', lang.value)
  parts.set('theme', state.theme.value)
  return `#${parts.toString().replace(/%2C/g, ',')}`
}

/** Of the chosen asset, once its id is known, or of the one that is still asked for. */
function assetInAddress({ asset, assetId, askedAsset }: ViewState): string | null {
  const known = assetId.value
  if (asset.value !== null) return known?.number === asset.value ? known.id : null
  return askedAsset.value
}

/** What makes a place of its own in the history: another one is a step that Back takes back. */
export const placeKey = ({ view, district, asset, lineage }: ViewState): string =>
  [view.value, district.value, asset.value, lineage.value].join('|')
