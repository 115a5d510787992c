// How fast the city really goes: simulated time against the wall clock over the last few seconds.

const MEASURED_MS = 5_000
/** Notes closer than this replace each other: enough for a speed, few to keep. */
const APART_MS = 250

export class Speedometer {
  #notes: { wall: number; sim: number }[] = []

  /** The city stands at `sim` (ms) at wall time `wall` (ms); -Infinity where nobody knows yet. */
  note(wall: number, sim: number): void {
    if (!Number.isFinite(sim)) return
    const notes = this.#notes
    const last = notes.at(-1)
    // Another run began, or the wall clock was set back.
    if (last && (sim < last.sim || wall < last.wall)) notes.length = 0
    const before = notes.at(-2)
    if (before && wall - before.wall < APART_MS) notes.pop()
    notes.push({ wall, sim })
    while (notes.length > 2 && wall - notes[1].wall >= MEASURED_MS) notes.shift()
  }

  /** Sim seconds per wall second; 0 before two notes. */
  get speed(): number {
    const first = this.#notes[0]
    const last = this.#notes.at(-1)
    if (!last || last.wall === first.wall) return 0
    return (last.sim - first.sim) / (last.wall - first.wall)
  }
}
