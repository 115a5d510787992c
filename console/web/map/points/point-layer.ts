// All assets as one WebGL2 layer: uploads the bytes that changed, draws each kind in passes from quiet to critical.
// Where only assets changed, the map is not drawn again: they are drawn between the kept pictures of what lies below and above.
import type { CustomLayerInterface, CustomRenderMethodInput, Map as MapLibre } from 'maplibre-gl'
import type { AssetRange } from '../../store/assets/asset-range.ts'
import type { EntityStore } from '../../store/assets/entities.ts'
import { mercatorX, mercatorY, translated } from '../../store/assets/mercator.ts'
import { TONES } from '../../store/assets/tones.ts'
import { type MapPalette, rgb } from '../palette.ts'
import { dotAlpha, dotSize, emphasis, glowPart, rarity } from './dots.ts'
import { GlowGrid } from './glow-grid.ts'
import { GpuPoints, type Uniforms } from './gpu-points.ts'
import { KeptPicture } from './kept-picture.ts'
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

/** How one domain's assets look; `visible` follows the layer toggles, `high` is a value that is high at any hour. */
export type DotLook = { shape: DotShape; visible: boolean; high: number }

export type PointLayerOptions = {
  /** By index of the catalogue's domains; null draws nothing (city-wide). */
  look(domain: number): DotLook | null
  palette(): MapPalette
  /** Scope that stays bright; 0 = all. */
  focus(): number
  /** Relative size of everything on the page, 1 = 16 px type. */
  scale(): number
  animated(): boolean
  /** 0–1: how far busy assets turn to the colour of windows. */
  warm(): number
  /** Seconds on the clock of EntityStore.apply. */
  now(): number
}

/** What is the same for all domains while one frame is drawn; `now` in seconds. */
type PointFrame = {
  gl: WebGL2RenderingContext
  uniforms: Uniforms
  zoom: number
  now: number
  scale: number
}

/** The last pulse fades within this time (s); see RING_S in the shader plus a delta's spread. */
export const PULSE_S = 2.8
/** The glow is added up anew at most so often (s). */
const GLOW_EVERY_S = 1
/** Quiet, abnormal, critical: see the shader. */
const PASSES = [0, 1, 2]
/** In which of them a tone is drawn, as in TONES. */
const PASS_OF = [0, 0, 1, 2, 1, 0]

export class PointLayer implements CustomLayerInterface {
  readonly id = 'assets'
  readonly type = 'custom'
  readonly renderingMode = '2d'
  /** Above all other layers: completes a picture that is kept in parts. */
  readonly top: CustomLayerInterface = { id: 'top', type: 'custom', render: () => this.#keepTop() }
  readonly counters = { drawn: 0, renders: 0, uploadedBytes: 0 }
  readonly #store: EntityStore
  readonly #options: PointLayerOptions
  readonly #measures: RangeMeasures
  readonly #origin: { x: number; y: number }
  readonly #matrix = new Float32Array(16)
  #map: MapLibre | null = null
  #gpu: GpuPoints | null = null
  #glow: GlowGrid | null = null
  #picture: KeptPicture | null = null
  /** Whether the map's next frame is to be kept, whether the one under way is, and whether it still shows what the map would. */
  #wanted = false
  #isKeeping = false
  #isKept = false
  #isAsked = false
  /** What the glow was added up of, and when. */
  #glowOf = { key: '', uploaded: -1, at: Number.NEGATIVE_INFINITY }
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
    this.#glow = new GlowGrid(gl, this.#store.fixed, this.#store.centre.lat)
    this.#picture = new KeptPicture(gl)
    this.#glowOf.key = ''
    this.#isKept = false
  }

  onRemove(): void {
    this.#gpu?.release()
    this.#gpu = null
    this.#glow?.release()
    this.#glow = null
    this.#picture?.release()
    this.#picture = null
    this.#map?.off('resize', this.#measureCanvas)
    this.#map = null
  }

  /** Draws the assets as they are now with the next frame. */
  repaint(): void {
    if (!this.#isKept) {
      this.#wanted = true
      this.#map?.triggerRepaint()
    } else if (!this.#isAsked) {
      this.#isAsked = true
      requestAnimationFrame(() => {
        this.#isAsked = false
        this.#redraw()
      })
    }
  }

  /** Before the map's own picture is begun: another target may be drawn to. */
  prerender(): void {
    this.#update()
  }

  render(gl: WebGL2RenderingContext, args: CustomRenderMethodInput): void {
    const { x, y } = this.#origin
    translated(args.defaultProjectionData.mainMatrix, x, y, this.#matrix)
    this.#isKeeping = this.#wanted && !this.#map?.isMoving()
    this.#isKept = false
    if (!this.#isKeeping) {
      this.#drawAll(gl)
      return
    }
    // What follows is drawn on nothing.
    this.#picture?.keep(0)
    gl.clearColor(0, 0, 0, 0)
    gl.clear(gl.COLOR_BUFFER_BIT)
  }

  #keepTop(): void {
    if (!this.#isKeeping) return
    this.#picture?.keep(1)
    this.#isKept = true
    this.#wanted = false
    this.#compose()
  }

  /** The map's picture as it was kept, and the assets as they are. */
  #redraw(): void {
    const map = this.#map
    // The map may have moved, or be gone, since this was asked for.
    if (!map || !this.#isKept) {
      this.repaint()
      return
    }
    this.#update()
    this.#compose()
    map.fire('render')
    if (map.loaded()) map.fire('idle')
  }

  #compose(): void {
    const gl = this.#gpu?.gl
    if (!gl) return
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight)
    for (const test of [gl.DEPTH_TEST, gl.STENCIL_TEST, gl.BLEND]) gl.disable(test)
    this.#picture?.draw(0)
    gl.enable(gl.BLEND)
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
    this.#drawAll(gl)
    this.#picture?.draw(1)
  }

  #update(): void {
    if (!this.#gpu || !this.#map) return
    this.counters.uploadedBytes += this.#gpu.upload()
    if (glowPart(this.#map.getZoom()) > 0) this.#addGlow()
  }

  #drawAll(gl: WebGL2RenderingContext): void {
    if (!this.#gpu || !this.#map) return
    const { uniforms } = this.#gpu
    const zoom = this.#map.getZoom()
    if (glowPart(zoom) > 0) this.#drawGlow(glowPart(zoom))
    this.#gpu.begin()
    const scale = Math.max(0.9, this.#options.scale()) * this.#ratio
    const frame = { gl, uniforms, zoom, now: this.#options.now(), scale }
    this.#setFrame(frame)
    this.#draw(frame)
    this.#gpu.end()
  }

  #addGlow(): void {
    const now = this.#options.now()
    const shown = this.#shown()
    const focus = this.#options.focus()
    const key = `${focus} ${shown.map(({ range }) => range.domain)}`
    const { key: before, uploaded, at } = this.#glowOf
    const isStale = uploaded !== this.counters.uploadedBytes && now - at >= GLOW_EVERY_S
    if (key === before && !isStale) return
    this.#glowOf = { key, uploaded: this.counters.uploadedBytes, at: now }
    this.#gpu?.bind()
    const parts = shown.map(({ range, look }) => {
      const { high } = this.#measures.of(range, now, look.high)
      return { from: range.from, size: range.size, high }
    })
    this.#glow?.add(parts, focus)
    this.#gpu?.end()
  }

  #drawGlow(part: number): void {
    const palette = this.#options.palette()
    const [from, to] = [rgb(palette.tones.normal), rgb(palette.window)]
    const warm = this.#options.warm()
    const color = from.map((value, i) => value + (to[i] - value) * warm)
    const { strength, over } = palette.glow
    this.#glow?.draw(this.#matrix, { color, strength: strength * part, over })
  }

  #shown() {
    return this.#store.ranges.flatMap((range) => {
      const look = this.#options.look(range.domain)
      return look?.visible ? [{ range, look }] : []
    })
  }

  #draw(frame: PointFrame): void {
    const { gl, uniforms, zoom } = frame
    const shown = this.#shown()
    const counts = shown.map(({ range }) => this.#store.toneCounts(range.domain))
    for (const pass of PASSES) {
      // From afar the glow stands for all that is quiet.
      if (pass === 0 && glowPart(zoom) === 1) continue
      gl.uniform1i(uniforms.u_pass, pass)
      for (const [i, { range, look }] of shown.entries()) {
        // Often nothing of a kind is wrong.
        if (!counts[i].some((count, tone) => count > 0 && PASS_OF[tone] === pass)) continue
        this.#setLook(frame, range, look)
        gl.drawArrays(gl.POINTS, range.from, range.size)
      }
    }
    this.counters.drawn = shown.reduce((sum, { range }) => sum + range.size, 0)
    this.counters.renders++
  }

  /** What all assets of a frame share. */
  #setFrame({ gl, uniforms, zoom, now }: PointFrame): void {
    const palette = this.#options.palette()
    gl.uniformMatrix4fv(uniforms.u_matrix, false, this.#matrix)
    gl.uniform1f(uniforms.u_quiet, 1 - glowPart(zoom))
    gl.uniform1f(uniforms.u_warm, this.#options.warm())
    gl.uniform3fv(uniforms.u_window, rgb(palette.window))
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
  #setLook(frame: PointFrame, range: AssetRange, look: DotLook): void {
    const { gl, uniforms, zoom, now, scale } = frame
    const assets = range.size
    const { high, tones } = this.#measures.of(range, now, look.high)
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
