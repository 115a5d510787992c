// What the GPU holds of the assets: the program, one buffer that never changes and one whose changed bytes are uploaded.
import { DYNAMIC_STRIDE, type EntityStore, FIXED_STRIDE } from '../../store/assets/entities.ts'
import { FRAGMENT, VERTEX } from './shaders.ts'

const ATTRIBUTES = { a_offset: 0, a_scope: 1, a_tone: 2, a_value: 3, a_pulse: 4 } as const
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

export type Uniforms = Record<(typeof UNIFORMS)[number], WebGLUniformLocation | null>

/** Belongs to one graphics context; after a loss of the context a new one is needed. */
export class GpuPoints {
  readonly uniforms: Uniforms
  readonly #gl: WebGL2RenderingContext
  readonly #store: EntityStore
  readonly #program: WebGLProgram
  readonly #vao: WebGLVertexArrayObject
  readonly #fixed: WebGLBuffer
  readonly #dynamic: WebGLBuffer

  constructor(gl: WebGL2RenderingContext, store: EntityStore) {
    this.#gl = gl
    this.#store = store
    this.#program = link(gl)
    this.#vao = gl.createVertexArray()
    this.#fixed = gl.createBuffer()
    this.#dynamic = gl.createBuffer()
    gl.bindVertexArray(this.#vao)
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#fixed)
    gl.bufferData(gl.ARRAY_BUFFER, store.fixed, gl.STATIC_DRAW)
    layOutFixed(gl)
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#dynamic)
    gl.bufferData(gl.ARRAY_BUFFER, store.dynamic.byteLength, gl.DYNAMIC_DRAW)
    layOutDynamic(gl)
    gl.bindVertexArray(null)
    this.uniforms = Object.fromEntries(
      UNIFORMS.map((name) => [name, gl.getUniformLocation(this.#program, name)]),
    ) as Uniforms
    // Its buffer is empty: everything has to be uploaded again.
    store.markAll()
  }

  /** Uploads what changed and makes the program current; returns the bytes uploaded. */
  begin(): number {
    this.#gl.useProgram(this.#program)
    const uploaded = this.#upload()
    this.#gl.bindVertexArray(this.#vao)
    return uploaded
  }

  end(): void {
    this.#gl.bindVertexArray(null)
  }

  release(): void {
    this.#gl.deleteBuffer(this.#fixed)
    this.#gl.deleteBuffer(this.#dynamic)
    this.#gl.deleteVertexArray(this.#vao)
    this.#gl.deleteProgram(this.#program)
  }

  #upload(): number {
    const gl = this.#gl
    const { ranges, dynamic } = this.#store
    let uploaded = 0
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#dynamic)
    for (const range of ranges) {
      if (!range.isDirty) continue
      const at = range.dirtyFrom * DYNAMIC_STRIDE
      const length = (range.dirtyTo + 1) * DYNAMIC_STRIDE - at
      gl.bufferSubData(gl.ARRAY_BUFFER, at, new Uint8Array(dynamic, at, length))
      uploaded += length
      range.clean()
    }
    return uploaded
  }
}

function layOutFixed(gl: WebGL2RenderingContext): void {
  const { a_offset, a_scope } = ATTRIBUTES
  gl.enableVertexAttribArray(a_offset)
  gl.vertexAttribPointer(a_offset, 2, gl.FLOAT, false, FIXED_STRIDE, 0)
  gl.enableVertexAttribArray(a_scope)
  gl.vertexAttribIPointer(a_scope, 1, gl.UNSIGNED_BYTE, FIXED_STRIDE, 8)
}

function layOutDynamic(gl: WebGL2RenderingContext): void {
  const { a_tone, a_value, a_pulse } = ATTRIBUTES
  gl.enableVertexAttribArray(a_tone)
  gl.vertexAttribIPointer(a_tone, 1, gl.UNSIGNED_BYTE, DYNAMIC_STRIDE, 0)
  gl.enableVertexAttribArray(a_value)
  gl.vertexAttribPointer(a_value, 1, gl.UNSIGNED_SHORT, false, DYNAMIC_STRIDE, 2)
  gl.enableVertexAttribArray(a_pulse)
  gl.vertexAttribPointer(a_pulse, 1, gl.FLOAT, false, DYNAMIC_STRIDE, 4)
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
