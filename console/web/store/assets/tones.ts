// What a state means to the eye: the byte of a state becomes the byte of a tone, which the GPU gets.

/** Index = the byte the GPU gets. */
export const TONES = ['none', 'normal', 'warning', 'critical', 'offline', 'muted'] as const
export type ToneName = (typeof TONES)[number]

/** State byte of an asset that has never reported, and of one that has not for too long. */
export const NO_STATE = 0
export const STALE_STATE = 255
const STALE_TONE = TONES.indexOf('offline')

/** Tone by state byte; `states[s]` is the tone of state byte s + 1. */
export function toneTable(states: ToneName[]): Uint8Array {
  const table = new Uint8Array(256)
  states.forEach((tone, index) => {
    table[index + 1] = TONES.indexOf(tone)
  })
  table[STALE_STATE] = STALE_TONE
  return table
}

/** What a person should notice. */
export const isAbnormal = (tone: ToneName): boolean =>
  tone === 'critical' || tone === 'warning' || tone === 'offline'
