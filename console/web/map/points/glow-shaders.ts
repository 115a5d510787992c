// The shaders of the glow: assets add up in the cells of a small picture, which is then laid over the ground.

/** One pixel per cell; `u_box` is the grid's corner and size in mercator offsets. What is out gives no light. */
export const ADD_VERTEX = `#version 300 es
precision highp float;
in vec2 a_offset;
in uint a_scope;
in uint a_tone;
in float a_value;
uniform vec4 u_box;
uniform float u_high;
uniform uint u_focus;
flat out float v_light;

void main() {
  bool isLit = a_tone == 1u || a_tone == 2u || a_tone == 5u;
  vec2 at = (a_offset - u_box.xy) / u_box.zw * 2.0 - 1.0;
  gl_Position = isLit && a_scope != 0u ? vec4(at, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
  gl_PointSize = 1.0;
  float light = a_tone == 5u ? 0.05 : 0.25 + 0.75 * sqrt(min(1.0, a_value / u_high));
  v_light = u_focus > 0u && a_scope != u_focus ? 0.15 * light : light;
}`

export const ADD_FRAGMENT = `#version 300 es
precision highp float;
flat in float v_light;
uniform float u_share;
out vec4 sum;

void main() {
  sum = vec4(v_light * u_share, 0.0, 0.0, 0.0);
}`

export const LAY_VERTEX = `#version 300 es
precision highp float;
uniform mat4 u_matrix;
uniform vec4 u_box;
out vec2 v_at;

void main() {
  v_at = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  gl_Position = u_matrix * vec4(u_box.xy + v_at * u_box.zw, 0.0, 1.0);
}`

/** Root of the light, so that suburbs are seen beside the core; `u_over` = how far it covers what lies below it. */
export const LAY_FRAGMENT = `#version 300 es
precision highp float;
in vec2 v_at;
uniform sampler2D u_sums;
uniform float u_full, u_strength, u_over;
uniform vec3 u_color;
out vec4 color;

void main() {
  float light = min(1.0, sqrt(texture(u_sums, v_at).r / u_full)) * u_strength;
  color = vec4(u_color * light, light * u_over);
}`
