// What a landmark may be, where a map has a sign for it.

export const LANDMARK_KINDS = ['tower', 'airport', 'station', 'port'] as const
export type LandmarkKind = (typeof LANDMARK_KINDS)[number]
