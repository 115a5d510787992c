// The map's own picture, kept in two parts: what lies below the assets and what lies above them.
import { GpuProgram } from './gpu-program.ts'
import { KEPT_FRAGMENT, KEPT_VERTEX } from './shaders.ts'

/** Belongs to one graphics context. */
export class KeptPicture {
  readonly #gl: WebGL2RenderingContext
  readonly #program: GpuProgram<never>
  readonly #empty: WebGLVertexArrayObject
  readonly #parts: WebGLTexture[]

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl
    this.#program = new GpuProgram(gl, [KEPT_VERTEX, KEPT_FRAGMENT])
    this.#empty = gl.createVertexArray()
    this.#parts = [gl.createTexture(), gl.createTexture()]
  }

  /** Takes what the canvas holds now as part 0 (below) or 1 (above). */
  keep(part: number): void {
    const gl = this.#gl
    gl.bindTexture(gl.TEXTURE_2D, this.#parts[part])
    const { drawingBufferWidth, drawingBufferHeight } = gl
    gl.copyTexImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 0, 0, drawingBufferWidth, drawingBufferHeight, 0)
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST)
  }

  draw(part: number): void {
    const gl = this.#gl
    gl.useProgram(this.#program.program)
    gl.bindVertexArray(this.#empty)
    gl.bindTexture(gl.TEXTURE_2D, this.#parts[part])
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4)
  }

  release(): void {
    const gl = this.#gl
    for (const part of this.#parts) gl.deleteTexture(part)
    gl.deleteVertexArray(this.#empty)
    gl.deleteProgram(this.#program.program)
  }
}
