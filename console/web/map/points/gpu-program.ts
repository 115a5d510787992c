// Compiles and links a program of the asset layer, and finds its uniforms.

/** Places of the assets' columns: the same in every program, so that all share one vertex array. */
export const ATTRIBUTES = {
  ...{ a_offset: 0, a_scope: 1, a_tone: 2, a_value: 3, a_pulse: 4, a_turned: 5 },
} as const

export type GpuProgram<Name extends string> = {
  program: WebGLProgram
  uniforms: Record<Name, WebGLUniformLocation | null>
}

export function createProgram<Name extends string>(
  gl: WebGL2RenderingContext,
  vertex: string,
  fragment: string,
): GpuProgram<Name> {
  const program = link(gl, vertex, fragment)
  const uniforms = {} as GpuProgram<Name>['uniforms']
  for (let i = 0; i < gl.getProgramParameter(program, gl.ACTIVE_UNIFORMS); i++) {
    // Of a list the first one's name: u_colors[0].
    const name = gl.getActiveUniform(program, i)!.name.replace('[0]', '')
    uniforms[name as Name] = gl.getUniformLocation(program, name)
  }
  return { program, uniforms }
}

function link(gl: WebGL2RenderingContext, vertex: string, fragment: string): WebGLProgram {
  const program = gl.createProgram()
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
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
