// Names on the map: districts first, then landmarks with their signs, hills and parks in italics; none over another one.
import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl'
import type { Lang } from '../../i18n/i18n.ts'
import type { StyleInput } from '../style-input.ts'
import { typeSize } from './type-size.ts'

const FAMILIES = 'Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif'
export const FONT = [FAMILIES]
/** MapLibre takes weight and slope from the words in the family list; a family of that name need not exist. */
const BOLD_FONT = [`Noto Sans SC Bold, ${FAMILIES}`]
const ITALIC_FONT = [`Noto Sans SC Italic, ${FAMILIES}`]

export const AREA_NAME = 'area-name'
export const areaNameField = (lang: Lang): ExpressionSpecification => ['get', lang]

const halo = ({ palette, scale }: StyleInput) => ({
  'text-color': palette.text,
  'text-halo-color': palette.halo,
  'text-halo-width': 1.8 * scale,
})

/** Hills, parks, wetlands. */
export function areaNames(input: StyleInput): LayerSpecification {
  const { palette, lang, scale } = input
  return {
    id: AREA_NAME,
    type: 'symbol',
    source: 'areas',
    minzoom: 10.5,
    filter: ['all', ['has', 'zh'], ['match', ['get', 'kind'], ['airport', 'port'], false, true]],
    layout: {
      'text-field': areaNameField(lang),
      'text-font': ITALIC_FONT,
      'text-size': typeSize(11.5, scale),
      'text-padding': 4,
    },
    paint: { ...halo(input), 'text-color': palette.muted },
  }
}

/** A sign where the kind has one, else a small ring. */
export function landmarkLayers(input: StyleInput): LayerSpecification[] {
  const { palette: p, scale } = input
  return [
    {
      id: 'landmark-dot',
      type: 'circle',
      source: 'landmarks',
      minzoom: 10,
      filter: ['!', ['has', 'kind']],
      paint: {
        'circle-radius': 2.5 * scale,
        'circle-color': p.ground,
        'circle-stroke-color': p.muted,
        'circle-stroke-width': 1.2 * scale,
      },
    },
    {
      id: 'landmark-name',
      type: 'symbol',
      source: 'landmarks',
      minzoom: 9.5,
      filter: ['any', ['has', 'kind'], ['>=', ['zoom'], 10.5]],
      layout: {
        'icon-image': ['get', 'kind'],
        'icon-size': scale,
        'icon-allow-overlap': true,
        'text-optional': true,
        'text-field': ['get', 'text'],
        'text-font': FONT,
        'text-size': typeSize(12, scale),
        'text-variable-anchor': ['left', 'right', 'top', 'bottom'],
        'text-radial-offset': ['case', ['has', 'kind'], 0.95, 0.55],
        'text-justify': 'auto',
        'text-padding': 2,
      },
      paint: { ...halo(input), 'text-halo-width': 2.2 * scale, 'icon-color': p.text },
    },
  ]
}

/** Names of districts, and the ring around the selected asset. */
export function districtNames(input: StyleInput): LayerSpecification[] {
  const { palette: p, scale } = input
  const size = (px: number) => typeSize(px, scale)
  return [
    {
      id: 'district-name',
      type: 'symbol',
      source: 'labels',
      layout: {
        'text-field': ['get', 'text'],
        'text-font': BOLD_FONT,
        'text-size': ['interpolate', ['linear'], ['zoom'], 8, size(13), 12, size(19)],
        // The core is narrow: a name gives way to its neighbour rather than to lie over it.
        'text-variable-anchor': [
          'center',
          'bottom',
          'top',
          'left',
          'right',
          'bottom-left',
          'top-right',
        ],
        'text-radial-offset': 0.5,
        'text-justify': 'auto',
        'text-padding': 1,
      },
      paint: halo(input),
    },
    {
      id: 'selected',
      type: 'circle',
      source: 'selected',
      paint: {
        'circle-radius': 9 * scale,
        'circle-opacity': 0,
        'circle-stroke-color': p.accent,
        'circle-stroke-width': 2.2 * scale,
      },
    },
  ]
}
