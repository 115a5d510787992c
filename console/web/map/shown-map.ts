// What the page may ask of its map, however that is drawn.
import type { Cue, IncidentPlace } from '../../messages.ts'

export type ShownMap = {
  /** As it is drawn next; absent where it is no canvas. */
  picture?(): Promise<HTMLCanvasElement>
  fitCity(): void
  /** What lies over it changed: what was fitted is fitted again. */
  refit?(): void
  fitDistrict(code: string): void
  /** Goes near to an asset, by its catalogue number. */
  showAsset(number: number): void
  showView(view: NonNullable<Cue['camera']>): void
  showArea(place: IncidentPlace): void
  /** What is in view: west, south, east, north. */
  bounds(): number[]
  /** Where a place is drawn, in px of the map's frame. */
  project(place: [number, number]): [number, number]
  /** Of the layer of points; null where there is none. */
  pointCounters(): { drawn: number; renders: number } | null
  loseContext(): void
  destroy(): void
  /** Tells where places are drawn, in px of the map's frame: now and after each move, until the answer is called. */
  watchView?(
    listener: (project: (lon: number, lat: number) => [number, number]) => void,
  ): () => void
}
