// What the map's style is made of.
import type { CityView } from '../../messages.ts'
import type { Lang } from '../i18n/i18n.ts'
import type { Tint } from './daylight/daylight.ts'
import type { CityShapes, Scope } from './geometry.ts'
import type { MapPalette } from './palette.ts'

export type StyleInput = {
  city: CityView
  shapes: CityShapes
  scopes: Scope[]
  palette: MapPalette
  lang: Lang
  /** Relative size of everything on the page, 1 = 16 px type. */
  scale: number
  /** The light of the hour. */
  tint: Tint
}
