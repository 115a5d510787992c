// The city from afar: quiet assets add up in cells of half a kilometre, on the GPU and from the buffers that are there.
import { FIXED_STRIDE, SCOPE_AT } from '../../store/assets/entities.ts'
import { ADD_FRAGMENT, ADD_VERTEX, LAY_FRAGMENT, LAY_VERTEX } from './glow-shaders.ts'
import { GpuProgram } from './gpu-program.ts'

type Add = 'u_box' | 'u_high' | 'u_focus' | 'u_share'
type Lay = 'u_matrix' | 'u_box' | 'u_sums' | 'u_full' | 'u_strength' | 'u_over' | 'u_color'

const CELL_M = 500
const EARTH_M = 40_075_017
/** However wide a city is, its grid has no more cells than this to a side. */
const MOST_CELLS = 512
/** A cell with so many busy assets is as bright as any: half of all cells with assets have fewer. */
const FULL = 50
/** Bytes hold 255 steps: so many assets in a cell can be told apart where the GPU has no halves of floats to add up. */
const BYTE_STEPS = 255

export type GlowLook = { color: number[]; strength: number; over: number }
/** Assets of one domain that are shown; `high` is the value of a bright one. */
export type GlowPart = { from: number; size: number; high: number }

export class GlowGrid {
  readonly #gl: WebGL2RenderingContext
  readonly #add: GpuProgram<Add>
  readonly #lay: GpuProgram<Lay>
  readonly #texture: WebGLTexture
  readonly #target: WebGLFramebuffer
  readonly #empty: WebGLVertexArrayObject
  readonly #box: Float32Array
  readonly #width: number
  readonly #height: number
  readonly #hasHalves: boolean

  /** `fixed` as in EntityStore; `lat` of the city's middle. */
  constructor(gl: WebGL2RenderingContext, fixed: ArrayBuffer, lat: number) {
    this.#gl = gl
    this.#add = new GpuProgram(gl, [ADD_VERTEX, ADD_FRAGMENT])
    this.#lay = new GpuProgram(gl, [LAY_VERTEX, LAY_FRAGMENT])
    const cell = CELL_M / (EARTH_M * Math.cos((lat * Math.PI) / 180))
    const [west, north, width, height] = boxOf(fixed, cell)
    this.#width = Math.min(MOST_CELLS, Math.ceil(width / cell))
    this.#height = Math.min(MOST_CELLS, Math.ceil(height / cell))
    this.#box = Float32Array.of(west, north, width, height)
    this.#hasHalves = Boolean(
      gl.getExtension('EXT_color_buffer_float') ?? gl.getExtension('EXT_color_buffer_half_float'),
    )
    this.#texture = this.#createTexture()
    this.#target = gl.createFramebuffer()
    this.#empty = gl.createVertexArray()
  }

  /** Adds all assets up anew; the assets' vertex array must be bound. Leaves another target bound, as the map expects. */
  add(parts: GlowPart[], focus: number): void {
    const gl = this.#gl
    const { program, uniforms } = this.#add
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.#target)
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.#texture, 0)
    gl.viewport(0, 0, this.#width, this.#height)
    gl.disable(gl.SCISSOR_TEST)
    gl.disable(gl.DEPTH_TEST)
    gl.disable(gl.STENCIL_TEST)
    gl.colorMask(true, true, true, true)
    gl.clearColor(0, 0, 0, 0)
    gl.clear(gl.COLOR_BUFFER_BIT)
    gl.enable(gl.BLEND)
    gl.blendEquation(gl.FUNC_ADD)
    gl.blendFunc(gl.ONE, gl.ONE)
    gl.useProgram(program)
    gl.uniform4fv(uniforms.u_box, this.#box)
    gl.uniform1ui(uniforms.u_focus, focus)
    gl.uniform1f(uniforms.u_share, this.#share)
    for (const { from, size, high } of parts) {
      gl.uniform1f(uniforms.u_high, high)
      gl.drawArrays(gl.POINTS, from, size)
    }
    gl.bindFramebuffer(gl.FRAMEBUFFER, null)
  }

  /** Lays it over the map; blending is the map's (premultiplied). */
  draw(matrix: Float32Array, { color, strength, over }: GlowLook): void {
    const gl = this.#gl
    const { program, uniforms } = this.#lay
    gl.useProgram(program)
    gl.bindVertexArray(this.#empty)
    gl.activeTexture(gl.TEXTURE0)
    gl.bindTexture(gl.TEXTURE_2D, this.#texture)
    gl.uniform1i(uniforms.u_sums, 0)
    gl.uniformMatrix4fv(uniforms.u_matrix, false, matrix)
    gl.uniform4fv(uniforms.u_box, this.#box)
    gl.uniform1f(uniforms.u_full, FULL * this.#share)
    gl.uniform1f(uniforms.u_strength, strength)
    gl.uniform1f(uniforms.u_over, over)
    gl.uniform3fv(uniforms.u_color, color)
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4)
    gl.bindVertexArray(null)
  }

  release(): void {
    const gl = this.#gl
    gl.deleteTexture(this.#texture)
    gl.deleteFramebuffer(this.#target)
    gl.deleteVertexArray(this.#empty)
    gl.deleteProgram(this.#add.program)
    gl.deleteProgram(this.#lay.program)
  }

  get #share(): number {
    return this.#hasHalves ? 1 : 2 / BYTE_STEPS
  }

  #createTexture(): WebGLTexture {
    const gl = this.#gl
    const texture = gl.createTexture()
    gl.bindTexture(gl.TEXTURE_2D, texture)
    const format = this.#hasHalves ? gl.RGBA16F : gl.RGBA8
    gl.texStorage2D(gl.TEXTURE_2D, 1, format, this.#width, this.#height)
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR)
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR)
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE)
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE)
    gl.bindTexture(gl.TEXTURE_2D, null)
    return texture
  }
}

/** Corner and size of what the assets span, with a cell around it. */
function boxOf(fixed: ArrayBuffer, cell: number): [number, number, number, number] {
  const floats = new Float32Array(fixed)
  const bytes = new Uint8Array(fixed)
  const box = [Infinity, Infinity, -Infinity, -Infinity]
  for (let i = 0; i < floats.length; i += FIXED_STRIDE / 4) {
    if (bytes[4 * i + SCOPE_AT] === 0) continue // of the whole city: stands nowhere
    box[0] = Math.min(box[0], floats[i])
    box[1] = Math.min(box[1], floats[i + 1])
    box[2] = Math.max(box[2], floats[i])
    box[3] = Math.max(box[3], floats[i + 1])
  }
  const [west, north, east, south] = box
  return [west - cell, north - cell, east - west + 2 * cell, south - north + 2 * cell]
}
