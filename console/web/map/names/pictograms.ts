// Signs of landmarks, drawn here: a plane, an anchor, a tower, a train. One colour, which the style gives.
import type { Map as MapLibre } from 'maplibre-gl'
import type { CityView } from '../../../messages.ts'

type Kind = NonNullable<CityView['landmarks'][number]['kind']>

/** Paths in a square of 24. */
const PATHS: Record<Kind, string> = {
  airport:
    'M12 1.5 13.8 8.6 22.5 14v2.4L13.8 13.6v5l3 2.4v1.6L12 21l-4.8 1.6V21l3-2.4v-5L1.5 16.4V14l8.7-5.4z',
  port: 'M10.6 3.2h2.8v2.6h3.6v2.4h-3.6v10.4c2.6-.6 4.4-2.4 5-4.8l-2.2.6 3-5.4 3.4 5h-1.8c-.6 4.4-4 7.6-8.8 8.2-4.8-.6-8.2-3.8-8.8-8.2H1.4l3.4-5 3 5.4-2.2-.6c.6 2.4 2.4 4.2 5 4.8V8.2H7V5.8h3.6z',
  tower: 'M11.3 1h1.4l.4 6.2 1.3 2.3-.9 3.5 2.9 9.5H7.6l2.9-9.5-.9-3.5 1.3-2.3z',
  station:
    'M7 2.5h10a3 3 0 0 1 3 3v9.5a3 3 0 0 1-3 3l2.2 3.5h-2.6L14.5 18h-5l-2.1 3.5H4.8L7 18a3 3 0 0 1-3-3V5.5a3 3 0 0 1 3-3zM6.5 5.5v5.5h11V5.5zM8 13a1.3 1.3 0 1 0 .01 0zM16 13a1.3 1.3 0 1 0 .01 0z',
}
const SQUARE = 24
/** Side on a page of usual type, px; drawn finer, for screens of more density. */
const SIDE_PX = 17
const FINER = 3

/** The map asks for them by name; it forgets them with its graphics context. */
export function addPictograms(map: MapLibre): void {
  for (const [kind, path] of Object.entries(PATHS)) {
    if (!map.hasImage(kind)) map.addImage(kind, picture(path), { pixelRatio: FINER, sdf: true })
  }
}

function picture(path: string): ImageData {
  const side = SIDE_PX * FINER
  const canvas = document.createElement('canvas')
  canvas.width = side
  canvas.height = side
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) return new ImageData(side, side)
  context.scale(side / SQUARE, side / SQUARE)
  context.fill(new Path2D(path), 'evenodd')
  return context.getImageData(0, 0, side, side)
}
