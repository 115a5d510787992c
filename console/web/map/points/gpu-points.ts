// What the GPU holds of the assets: the program, one buffer that never changes and one whose changed bytes are uploaded.
import { DYNAMIC_STRIDE, type EntityStore, FIXED_STRIDE } from '../../store/assets/entities.ts'
import { ATTRIBUTES, GpuProgram } from './gpu-program.ts'
import { FRAGMENT, VERTEX } from './shaders.ts'

type Name =
  | 'u_matrix'
  | 'u_colors'
  | 'u_halo'
  | 'u_now'
  | 'u_pulse'
  | 'u_size'
  | 'u_ratio'
  | 'u_high'
  | 'u_alpha'
  | 'u_pass'
  | 'u_focus'
  | 'u_shape'
  | 'u_emphasis'
  | 'u_warm'
  | 'u_window'
  | 'u_quiet'

export type Uniforms = GpuProgram<Name>['uniforms']

/** Belongs to one graphics context; after a loss of the context a new one is needed. */
export class GpuPoints {
  readonly gl: WebGL2RenderingContext
  readonly #store: EntityStore
  readonly #program: GpuProgram<Name>
  readonly #vao: WebGLVertexArrayObject
  readonly #fixed: WebGLBuffer
  readonly #dynamic: WebGLBuffer

  constructor(gl: WebGL2RenderingContext, store: EntityStore) {
    this.gl = gl
    this.#store = store
    this.#program = new GpuProgram(gl, [VERTEX, FRAGMENT])
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
    // Its buffer is empty: everything has to be uploaded again.
    store.markAll()
  }

  /** Makes the assets' columns current, for any program. */
  bind(): void {
    this.gl.bindVertexArray(this.#vao)
  }

  /** Of the program of dots. */
  get uniforms(): Uniforms {
    return this.#program.uniforms
  }

  /** Makes the program of dots current, too. */
  begin(): void {
    this.gl.useProgram(this.#program.program)
    this.bind()
  }

  end(): void {
    this.gl.bindVertexArray(null)
  }

  release(): void {
    this.gl.deleteBuffer(this.#fixed)
    this.gl.deleteBuffer(this.#dynamic)
    this.gl.deleteVertexArray(this.#vao)
    this.gl.deleteProgram(this.#program.program)
  }

  /** Uploads what changed; returns the bytes. */
  upload(): number {
    const gl = this.gl
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
  const { a_tone, a_value, a_pulse, a_turned } = ATTRIBUTES
  gl.enableVertexAttribArray(a_tone)
  gl.vertexAttribIPointer(a_tone, 1, gl.UNSIGNED_BYTE, DYNAMIC_STRIDE, 0)
  gl.enableVertexAttribArray(a_turned)
  gl.vertexAttribIPointer(a_turned, 1, gl.UNSIGNED_BYTE, DYNAMIC_STRIDE, 1)
  gl.enableVertexAttribArray(a_value)
  gl.vertexAttribPointer(a_value, 1, gl.UNSIGNED_SHORT, false, DYNAMIC_STRIDE, 2)
  gl.enableVertexAttribArray(a_pulse)
  gl.vertexAttribPointer(a_pulse, 1, gl.FLOAT, false, DYNAMIC_STRIDE, 4)
}
