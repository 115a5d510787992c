// All assets as one WebGL2 layer: uploads the bytes that changed, draws each kind in passes from quiet to critical.
import type { CustomLayerInterface, CustomRenderMethodInput, Map as MapLibre } from 'maplibre-gl'
import {
  DYNAMIC_STRIDE,
  type EntityStore,
  FIXED_STRIDE,
  type Run,
  TONES,
} from '../store/entities.ts'
import { mercatorX, mercatorY, translated } from '../store/mercator.ts'
import { dotAlpha, dotSize, emphasis, rarity } from './dots.ts'
import { type MapPalette, rgb } from './palette.ts'
import { FRAGMENT, VERTEX } from './shaders.ts'

const SHAPES = ['circle', 'square', 'diamond', 'cross', 'hexagon'] as const
export type Shape = (typeof SHAPES)[number]

/** How one domain's assets look; `visible` follows the layer toggles. */
export type RunLook = { shape: Shape; visible: boolean }

export type PointLayerOptions = {
  /** By index of the catalogue's domains; null draws nothing (city-wide). */
  look(domain: number): RunLook | null
  palette(): MapPalette
  /** Scope that stays bright; 0 = all. */
  focus(): number
  /** Relative size of everything on the page, 1 = 16 px type. */
  scale(): number
  animated(): boolean
  /** Seconds on the clock of EntityStore.apply. */
  now(): number
}

export type PointLayer = CustomLayerInterface & {
  counters: { drawn: number; renders: number; uploadedBytes: number; renderMs: number }
}

/** The last pulse fades within this time (s); see LIFE_S in the shader plus a delta's spread. */
export const PULSE_S = 1.8
const ATTRIBUTES = { a_offset: 0, a_scope: 1, a_tone: 2, a_value: 3, a_pulse: 4 } as const
const MEASURE_EVERY_S = 2

export function createPointLayer(store: EntityStore, options: PointLayerOptions): PointLayer {
  const originX = mercatorX(store.centre.lon)
  const originY = mercatorY(store.centre.lat)
  const matrix = new Float32Array(16)
  const counters = { drawn: 0, renders: 0, uploadedBytes: 0, renderMs: 0 }
  const measured = store.runs.map(() => ({
    high: 1,
    tones: [] as number[],
    at: Number.NEGATIVE_INFINITY,
  }))
  let map: MapLibre | null = null
  /** Pixels of the canvas per CSS pixel: a large canvas may have fewer than the screen. */
  let ratio = 1
  let gpu: Gpu | null = null

  function upload(gl: WebGL2RenderingContext, dynamic: WebGLBuffer): void {
    gl.bindBuffer(gl.ARRAY_BUFFER, dynamic)
    for (const run of store.runs) {
      if (run.dirtyTo < run.dirtyFrom) continue
      const at = run.dirtyFrom * DYNAMIC_STRIDE
      const length = (run.dirtyTo + 1) * DYNAMIC_STRIDE - at
      gl.bufferSubData(gl.ARRAY_BUFFER, at, new Uint8Array(store.dynamic, at, length))
      counters.uploadedBytes += length
      store.clean(run)
    }
  }

  /** What the looks depend on changes slowly: measured anew every two seconds. */
  function measure(index: number, run: Run, now: number) {
    const known = measured[index]
    if (now - known.at > MEASURE_EVERY_S) {
      known.high = store.highValue(run)
      known.tones = store.toneCounts(run.domain)
      known.at = now
    }
    return known
  }

  function render(gl: WebGL2RenderingContext, args: CustomRenderMethodInput): void {
    if (!gpu || !map) return
    const { uniforms } = gpu
    const now = options.now()
    const palette = options.palette()
    const zoom = map.getZoom()
    gl.useProgram(gpu.program)
    upload(gl, gpu.dynamic)
    gl.bindVertexArray(gpu.vao)
    const main = args.defaultProjectionData.mainMatrix
    gl.uniformMatrix4fv(uniforms.u_matrix, false, translated(main, originX, originY, matrix))
    gl.uniform3fv(
      uniforms.u_colors,
      TONES.flatMap((tone) => rgb(palette.tones[tone])),
    )
    gl.uniform3fv(uniforms.u_halo, rgb(palette.halo))
    gl.uniform1f(uniforms.u_now, now)
    gl.uniform1f(uniforms.u_pulse, options.animated() ? 1 : 0)
    gl.uniform1f(uniforms.u_ratio, ratio)
    gl.uniform1ui(uniforms.u_focus, options.focus())
    let drawn = 0
    for (const pass of [0, 1, 2]) {
      gl.uniform1i(uniforms.u_pass, pass)
      for (const [index, run] of store.runs.entries()) {
        const look = options.look(run.domain)
        if (!look?.visible) continue
        const assets = run.to - run.from
        const size = dotSize(zoom) * rarity(assets) * Math.max(0.9, options.scale()) * ratio
        gl.uniform1f(uniforms.u_size, size)
        gl.uniform1f(uniforms.u_alpha, dotAlpha(zoom, assets))
        const { high, tones } = measure(index, run, now)
        gl.uniform1f(uniforms.u_high, high)
        gl.uniform1fv(
          uniforms.u_emphasis,
          tones.map((count, tone) => emphasis(zoom, count, tone)),
        )
        gl.uniform1i(uniforms.u_shape, SHAPES.indexOf(look.shape))
        gl.drawArrays(gl.POINTS, run.from, assets)
        if (pass === 0) drawn += assets
      }
    }
    gl.bindVertexArray(null)
    counters.drawn = drawn
    counters.renders++
  }

  function measureCanvas(): void {
    const canvas = map?.getCanvas()
    if (canvas && canvas.clientWidth > 0) ratio = canvas.width / canvas.clientWidth
  }

  return {
    id: 'assets',
    type: 'custom',
    renderingMode: '2d',
    counters,
    onAdd(to, gl) {
      map = to
      map.on('resize', measureCanvas)
      measureCanvas()
      // The graphics context may be a new one: everything has to be uploaded again.
      store.soil()
      gpu = createGpu(gl, store)
    },
    onRemove(_map, gl) {
      if (gpu) releaseGpu(gl, gpu)
      gpu = null
      map?.off('resize', measureCanvas)
    },
    render(gl, args) {
      const from = performance.now()
      render(gl, args)
      counters.renderMs += performance.now() - from
    },
  }
}

const UNIFORMS = [
  'u_matrix',
  'u_colors',
  'u_halo',
  'u_now',
  'u_pulse',
  'u_size',
  'u_ratio',
  'u_high',
  'u_alpha',
  'u_pass',
  'u_focus',
  'u_shape',
  'u_emphasis',
] as const

type Gpu = {
  program: WebGLProgram
  vao: WebGLVertexArrayObject
  fixed: WebGLBuffer
  dynamic: WebGLBuffer
  uniforms: Record<(typeof UNIFORMS)[number], WebGLUniformLocation | null>
}

function createGpu(gl: WebGL2RenderingContext, store: EntityStore): Gpu {
  const program = link(gl)
  const vao = gl.createVertexArray()
  const fixed = gl.createBuffer()
  const dynamic = gl.createBuffer()
  gl.bindVertexArray(vao)
  gl.bindBuffer(gl.ARRAY_BUFFER, fixed)
  gl.bufferData(gl.ARRAY_BUFFER, store.fixed, gl.STATIC_DRAW)
  const { a_offset, a_scope, a_tone, a_value, a_pulse } = ATTRIBUTES
  gl.enableVertexAttribArray(a_offset)
  gl.vertexAttribPointer(a_offset, 2, gl.FLOAT, false, FIXED_STRIDE, 0)
  gl.enableVertexAttribArray(a_scope)
  gl.vertexAttribIPointer(a_scope, 1, gl.UNSIGNED_BYTE, FIXED_STRIDE, 8)
  gl.bindBuffer(gl.ARRAY_BUFFER, dynamic)
  gl.bufferData(gl.ARRAY_BUFFER, store.dynamic.byteLength, gl.DYNAMIC_DRAW)
  gl.enableVertexAttribArray(a_tone)
  gl.vertexAttribIPointer(a_tone, 1, gl.UNSIGNED_BYTE, DYNAMIC_STRIDE, 0)
  gl.enableVertexAttribArray(a_value)
  gl.vertexAttribPointer(a_value, 1, gl.UNSIGNED_SHORT, false, DYNAMIC_STRIDE, 2)
  gl.enableVertexAttribArray(a_pulse)
  gl.vertexAttribPointer(a_pulse, 1, gl.FLOAT, false, DYNAMIC_STRIDE, 4)
  gl.bindVertexArray(null)
  const uniforms = Object.fromEntries(
    UNIFORMS.map((name) => [name, gl.getUniformLocation(program, name)]),
  ) as Gpu['uniforms']
  return { program, vao, fixed, dynamic, uniforms }
}

function releaseGpu(gl: WebGL2RenderingContext, gpu: Gpu): void {
  gl.deleteBuffer(gpu.fixed)
  gl.deleteBuffer(gpu.dynamic)
  gl.deleteVertexArray(gpu.vao)
  gl.deleteProgram(gpu.program)
}

function link(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram()
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type)
    if (!shader) throw new Error('asset layer: the graphics context gave no shader')
    gl.shaderSource(shader, source)
    gl.compileShader(shader)
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) {
      throw new Error(`asset layer: shader refused: ${gl.getShaderInfoLog(shader)}`)
    }
    gl.attachShader(program, shader)
    gl.deleteShader(shader)
  }
  for (const [name, at] of Object.entries(ATTRIBUTES)) gl.bindAttribLocation(program, at, name)
  gl.linkProgram(program)
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(`asset layer: program refused: ${gl.getProgramInfoLog(program)}`)
  }
  return program
}
