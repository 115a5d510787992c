// Compiles and links a program of the asset layer, and finds its uniforms once it is used.

/** Places of the assets' columns: the same in every program, so that all share one vertex array. */
export const ATTRIBUTES = {
  ...{ a_offset: 0, a_scope: 1, a_tone: 2, a_value: 3, a_pulse: 4, a_turned: 5 },
} as const

type UniformsOf<Name extends string> = Record<Name, WebGLUniformLocation | null>

/** Until it is used for the first time nobody waits for the driver, which may compile beside the page. */
export class GpuProgram<Name extends string> {
  readonly program: WebGLProgram
  readonly #gl: WebGL2RenderingContext
  readonly #shaders: WebGLShader[]
  #uniforms: UniformsOf<Name> | null = null

  constructor(gl: WebGL2RenderingContext, sources: [string, string]) {
    this.#gl = gl
    this.program = gl.createProgram()
    this.#shaders = sources.flatMap((source, i) => {
      const shader = gl.createShader(i === 0 ? gl.VERTEX_SHADER : gl.FRAGMENT_SHADER)
      // Of a lost context.
      if (!shader) return []
      gl.shaderSource(shader, source)
      gl.compileShader(shader)
      gl.attachShader(this.program, shader)
      return shader
    })
    for (const [name, at] of Object.entries(ATTRIBUTES)) {
      gl.bindAttribLocation(this.program, at, name)
    }
    gl.linkProgram(this.program)
  }

  /** Throws where the driver refuses it. */
  get uniforms(): UniformsOf<Name> {
    const gl = this.#gl
    if (this.#uniforms) return this.#uniforms
    if (!gl.getProgramParameter(this.program, gl.LINK_STATUS) && !gl.isContextLost()) {
      const said = this.#shaders.map((it) => gl.getShaderInfoLog(it)).join(' ')
      throw new Error(`assets: program refused: ${gl.getProgramInfoLog(this.program)} ${said}`)
    }
    for (const shader of this.#shaders) gl.deleteShader(shader)
    const uniforms = {} as UniformsOf<Name>
    for (let i = 0; i < gl.getProgramParameter(this.program, gl.ACTIVE_UNIFORMS); i++) {
      // Of a list the first one's name: u_colors[0].
      const name = gl.getActiveUniform(this.program, i)!.name.replace('[0]', '')
      uniforms[name as Name] = gl.getUniformLocation(this.program, name)
    }
    this.#uniforms = uniforms
    return uniforms
  }
}
