// The two shaders of the asset layer: one point per asset, shaped by kind, coloured by tone, bright at its event.

/**
 * Assets of the whole city (scope 0) stand nowhere and are not drawn. Pass 0 draws quiet assets small and soft, pass 1
 * what is abnormal above them, pass 2 what is critical on top.
 * `u_emphasis` (by tone, 0–1) says how far an abnormal tone stands out; `u_quiet` fades the others where the glow
 * stands for them; `u_warm` turns busy ones to the colour of windows. `u_size` and all lengths are in device
 * pixels; `u_pulse` is 0 when motion is not wanted.
 */
export const VERTEX = `#version 300 es
precision highp float;
in vec2 a_offset;
in uint a_scope;
in uint a_tone;
in float a_value;
in float a_pulse;
in uint a_turned;
uniform mat4 u_matrix;
uniform vec3 u_colors[6];
uniform float u_emphasis[6];
uniform float u_now, u_pulse, u_size, u_ratio, u_high, u_alpha, u_warm, u_quiet;
uniform vec3 u_window;
uniform int u_pass;
uniform uint u_focus;
out vec4 v_color;
out float v_radius;
out float v_glow;
flat out int v_tone;
flat out float v_halo;
flat out float v_ring;
flat out float v_half;

const float SIZES[6] = float[6](0.8, 1.0, 1.55, 1.9, 1.5, 0.9);
const float LIFE_S = 1.3;
const float RING_S = 2.4;
const float RING_PX = 18.0;

void main() {
  int tone = int(a_tone);
  bool abnormal = tone >= 2 && tone <= 4;
  int pass = tone == 3 ? 2 : abnormal ? 1 : 0;
  if (pass != u_pass || a_scope == 0u) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    gl_PointSize = 0.0;
    return;
  }
  float age = u_now - a_pulse;
  float left = age < 0.0 ? 0.0 : clamp(1.0 - age / LIFE_S, 0.0, 1.0);
  float pulse = u_pulse * left * left;
  float load = sqrt(min(1.0, a_value / u_high));
  float strong = abnormal ? u_emphasis[tone] : 0.0;
  float quiet = u_alpha * u_quiet * (tone == 1 ? 0.25 + 0.75 * load : tone == 5 ? 0.22 : 0.5);
  float many = mix(0.24, 0.8, u_alpha * u_alpha) * mix(0.2, 1.0, u_quiet);
  float alpha = abnormal ? mix(many, 0.95, strong) : quiet;
  alpha = mix(alpha, min(1.0, alpha * 2.2 + 0.35), pulse);
  if (u_focus > 0u && a_scope != u_focus) alpha *= 0.22;
  float least = mix(tone == 3 ? 1.8 : 1.2, 2.5, strong) * u_ratio;
  float grown = abnormal ? mix(1.0, SIZES[tone], strong) : SIZES[tone];
  v_radius = max(least, 0.5 * u_size * grown) * (1.0 + 0.5 * pulse);
  v_halo = strong > 0.6 || v_radius > 2.6 * u_ratio ? u_ratio : 0.0;
  v_glow = strong * pulse;
  v_tone = tone;
  vec3 lit = tone == 1 ? mix(u_colors[1], u_window, u_warm * load) : u_colors[tone];
  v_color = vec4(lit, alpha);
  gl_Position = u_matrix * vec4(a_offset, 0.0, 1.0);
  // What has just become critical sends out one ring that is seen from the back row; warnings come and go by the hundred.
  bool turned = a_turned == 1u && tone == 3 && age >= 0.0 && age < RING_S;
  v_ring = turned ? u_pulse * age / RING_S : 0.0;
  float room = max(v_glow * 4.0 * u_ratio, v_ring > 0.0 ? RING_PX * u_ratio : 0.0);
  gl_PointSize = 2.0 * (v_radius + v_halo + 1.0 + room);
  v_half = 0.5 * gl_PointSize;
}`

/** Shapes: 0 circle, 1 square, 2 diamond, 3 cross, 4 hexagon, 5 wedge, 6 bar, 7 pillar, 8 saltire; a critical asset is a triangle, an absent one an open ring. */
export const FRAGMENT = `#version 300 es
precision highp float;
in vec4 v_color;
in float v_radius;
in float v_glow;
flat in int v_tone;
flat in float v_halo;
flat in float v_ring;
flat in float v_half;
uniform int u_shape;
uniform vec3 u_halo;
uniform float u_ratio;
out vec4 color;

float plus(vec2 p, float r) {
  vec2 q = abs(p);
  return min(max(q.x - r, q.y - r * 0.38), max(q.y - r, q.x - r * 0.38));
}

float triangle(vec2 p, float r) {
  return max(abs(p.x) * 0.894 + p.y * -0.447, p.y) - r * 0.62;
}

float hexagon(vec2 p, float r) {
  vec2 q = abs(p);
  return max(q.x * 0.866 + q.y * 0.5, q.y) - r;
}

float shape(vec2 p, float r) {
  if (v_tone == 3) return triangle(p, r * 1.15);
  if (u_shape == 1) return max(abs(p.x), abs(p.y)) - r * 0.84;
  if (u_shape == 2) return (abs(p.x) + abs(p.y) - r * 1.25) * 0.7071;
  if (u_shape == 3) return plus(p, r * 1.1);
  if (u_shape == 4) return hexagon(p, r * 0.95);
  if (u_shape == 5) return triangle(vec2(p.x, -p.y), r * 1.1);
  if (u_shape == 6) return max(abs(p.x) - r * 1.1, abs(p.y) - r * 0.48);
  if (u_shape == 7) return max(abs(p.x) - r * 0.48, abs(p.y) - r * 1.1);
  if (u_shape == 8) return plus(vec2(p.x - p.y, p.x + p.y) * 0.7071, r * 1.1);
  return length(p) - r;
}

void main() {
  vec2 p = (gl_PointCoord * 2.0 - 1.0) * v_half;
  float d = shape(p, v_radius);
  float soft = max(0.6, 0.35 * u_ratio);
  float body = 1.0 - smoothstep(-soft, soft, d);
  float halo = v_halo > 0.0 ? (1.0 - smoothstep(v_halo - soft, v_halo + soft, d)) * 0.75 : 0.0;
  float inside = body;
  if (v_tone == 4 || v_tone == 0) body *= smoothstep(-soft, soft, d + max(1.3 * u_ratio, v_radius * 0.42));
  float glow = v_glow * 0.5 * (1.0 - smoothstep(0.0, 4.0 * u_ratio, d)) * (1.0 - inside);
  float a = max(body, glow) * v_color.a;
  if (v_ring > 0.0) {
    float far = mix(v_radius, v_half - 1.5 * u_ratio, sqrt(v_ring));
    float off = abs(length(p) - far);
    a = max(a, (1.0 - smoothstep(0.6 * u_ratio, 1.6 * u_ratio, off)) * (1.0 - v_ring));
  }
  float under = halo * (1.0 - a) * min(1.0, v_color.a * 1.4);
  color = vec4(v_color.rgb * a + u_halo * under, a + under);
}`

/** A picture of the canvas, pixel by pixel. */
export const KEPT_VERTEX = `#version 300 es
void main() {
  gl_Position = vec4(vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0, 0.0, 1.0);
}`

export const KEPT_FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D u_kept;
out vec4 color;

void main() {
  color = texelFetch(u_kept, ivec2(gl_FragCoord.xy), 0);
}`
