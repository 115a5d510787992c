// What every fault run has in common: the city's size and pace, the group's patience, and how much rubbish there is.

/** Brokers accept no less by default. */
export const SESSION_MS = 6_000

export const SETTINGS = {
  sessionMs: SESSION_MS,
  speed: '30',
  scale: '0.1',
  /** One in a hundred of what the city writes: about 45 events per sim second at scale 0.1. */
  poison: 14,
}
