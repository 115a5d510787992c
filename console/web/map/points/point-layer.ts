// All assets as one WebGL2 layer: uploads the bytes that changed, draws each kind in passes from quiet to critical.
import type { CustomLayerInterface, CustomRenderMethodInput, Map as MapLibre } from 'maplibre-gl'
import type { AssetRange } from '../../store/assets/asset-range.ts'
import type { EntityStore } from '../../store/assets/entities.ts'
import { mercatorX, mercatorY, translated } from '../../store/assets/mercator.ts'
import { TONES } from '../../store/assets/tones.ts'
import { type MapPalette, rgb } from '../palette.ts'
import { dotAlpha, dotSize, emphasis, rarity } from './dots.ts'
import { GpuPoints, type Uniforms } from './gpu-points.ts'
import { RangeMeasures } from './range-measures.ts'

const SHAPES = [
  'circle',
  'square',
  'diamond',
  'cross',
  'hexagon',
  'wedge',
  'bar',
  'pillar',
  'saltire',
] as const
type DotShape = (typeof SHAPES)[number]

/** How one domain's assets look; `visible` follows the layer toggles. */
export type DotLook = { shape: DotShape; visible: boolean }

export type PointLayerOptions = {
  /** By index of the catalogue's domains; null draws nothing (city-wide). */
  look(domain: number): DotLook | null
  palette(): MapPalette
  /** Scope that stays bright; 0 = all. */
  focus(): number
  /** Relative size of everything on the page, 1 = 16 px type. */
  scale(): number
  animated(): boolean
  /** Seconds on the clock of EntityStore.apply. */
  now(): number
}

/** What is the same for all domains while one frame is drawn; `now` in seconds. */
type PointFrame = { gl: WebGL2RenderingContext; uniforms: Uniforms; zoom: number; now: number }

/** The last pulse fades within this time (s); see LIFE_S in the shader plus a delta's spread. */
export const PULSE_S = 1.8
/** Quiet, abnormal, critical: see the shader. */
const PASSES = [0, 1, 2]

export class PointLayer implements CustomLayerInterface {
  readonly id = 'assets'
  readonly type = 'custom'
  readonly renderingMode = '2d'
  readonly counters = { drawn: 0, renders: 0, uploadedBytes: 0, renderMs: 0 }
  readonly #store: EntityStore
  readonly #options: PointLayerOptions
  readonly #measures: RangeMeasures
  readonly #origin: { x: number; y: number }
  readonly #matrix = new Float32Array(16)
  #map: MapLibre | null = null
  #gpu: GpuPoints | null = null
  /** Pixels of the canvas per CSS pixel: a large canvas may have fewer than the screen. */
  #ratio = 1

  constructor(store: EntityStore, options: PointLayerOptions) {
    this.#store = store
    this.#options = options
    this.#measures = new RangeMeasures(store)
    this.#origin = { x: mercatorX(store.centre.lon), y: mercatorY(store.centre.lat) }
  }

  /** The graphics context may be a new one. */
  onAdd(map: MapLibre, gl: WebGL2RenderingContext): void {
    this.#map = map
    map.on('resize', this.#measureCanvas)
    this.#measureCanvas()
    this.#gpu = new GpuPoints(gl, this.#store)
  }

  onRemove(): void {
    this.#gpu?.release()
    this.#gpu = null
    this.#map?.off('resize', this.#measureCanvas)
  }

  render(gl: WebGL2RenderingContext, args: CustomRenderMethodInput): void {
    const from = performance.now()
    if (this.#gpu && this.#map) {
      this.counters.uploadedBytes += this.#gpu.begin()
      const { uniforms } = this.#gpu
      const frame = { gl, uniforms, zoom: this.#map.getZoom(), now: this.#options.now() }
      this.#setFrame(frame, args.defaultProjectionData.mainMatrix)
      this.#draw(frame)
      this.#gpu.end()
    }
    this.counters.renderMs += performance.now() - from
  }

  #draw(frame: PointFrame): void {
    const { gl, uniforms } = frame
    let drawn = 0
    for (const pass of PASSES) {
      gl.uniform1i(uniforms.u_pass, pass)
      for (const range of this.#store.ranges) {
        const look = this.#options.look(range.domain)
        if (!look?.visible) continue
        this.#setLook(frame, range, look)
        gl.drawArrays(gl.POINTS, range.from, range.size)
        if (pass === 0) drawn += range.size
      }
    }
    this.counters.drawn = drawn
    this.counters.renders++
  }

  /** What all assets of a frame share. */
  #setFrame({ gl, uniforms, now }: PointFrame, main: ArrayLike<number>): void {
    const { x, y } = this.#origin
    const palette = this.#options.palette()
    gl.uniformMatrix4fv(uniforms.u_matrix, false, translated(main, x, y, this.#matrix))
    gl.uniform3fv(
      uniforms.u_colors,
      TONES.flatMap((tone) => rgb(palette.tones[tone])),
    )
    gl.uniform3fv(uniforms.u_halo, rgb(palette.halo))
    gl.uniform1f(uniforms.u_now, now)
    gl.uniform1f(uniforms.u_pulse, this.#options.animated() ? 1 : 0)
    gl.uniform1f(uniforms.u_ratio, this.#ratio)
    gl.uniform1ui(uniforms.u_focus, this.#options.focus())
  }

  /** How the assets of one domain look. */
  #setLook({ gl, uniforms, zoom, now }: PointFrame, range: AssetRange, look: DotLook): void {
    const assets = range.size
    const scale = Math.max(0.9, this.#options.scale()) * this.#ratio
    const { high, tones } = this.#measures.of(range, now)
    gl.uniform1f(uniforms.u_size, dotSize(zoom) * rarity(assets) * scale)
    gl.uniform1f(uniforms.u_alpha, dotAlpha(zoom, assets))
    gl.uniform1f(uniforms.u_high, high)
    gl.uniform1fv(
      uniforms.u_emphasis,
      tones.map((count, tone) => emphasis(zoom, count, tone)),
    )
    gl.uniform1i(uniforms.u_shape, SHAPES.indexOf(look.shape))
  }

  readonly #measureCanvas = (): void => {
    const canvas = this.#map?.getCanvas()
    if (canvas && canvas.clientWidth > 0) this.#ratio = canvas.width / canvas.clientWidth
  }
}
