// One clock for all players that go by it, one or two side by side: it goes no further than the slowest of them allows.
import { isoTime } from '../../infra/time.ts'
import { RunClock } from '../../producers/run/conductor/run-clock.ts'

/** The horizon lies so far ahead of what is due, so that whoever shows the clock need not stop at it. */
const LEAD_MS = 250

export type SharedClockOptions = {
  /** How many players will go by it: until all are there it stands. */
  players: number
  /** Sim ms: where it stands at first, where the run began, and where all end. */
  time: number
  start: number
  end: number
  speed: number
  isPaused: boolean
  tickMs: number
  scale: number
  now: number
}

export type ClockedPlayer = {
  /** Sim time (ms): everything due before is in its log. */
  playedTo(): number
  /** Up to here (sim ms) log and processor have come, with what they may be behind. */
  allowedTo(): number
  /** When its next event is due; null where none follows. */
  nextEvent(): Promise<number | null>
}

export class SharedClock {
  readonly run: RunClock
  readonly #expected: number
  readonly #players: ClockedPlayer[] = []

  constructor(options: SharedClockOptions) {
    const { players, time, start, end, speed, isPaused, tickMs, scale, now } = options
    const at = isoTime(time)
    this.#expected = players
    this.run = new RunClock({
      ...{ start, end, speed, tickMs, scale, now, leadMs: LEAD_MS },
      // Whose term it is each player says for itself.
      last: { h: at, simAnchor: at, wallAnchor: now, speed: isPaused ? 0 : speed, term: 0 },
    })
  }

  join(player: ClockedPlayer): void {
    this.#players.push(player)
  }

  /** Whoever comes to it moves it, for all of them. Returns whether it had to wait for one. */
  move(now: number): boolean {
    if (this.#players.length < this.#expected) return false
    const playedTo = Math.min(...this.#players.map((player) => player.playedTo()))
    return this.run.move(now, playedTo, (slack) => this.#allowedTo() + slack)
  }

  /** When the next event of any of them is due; null where none follows. */
  async nextEvent(): Promise<number | null> {
    const next = await Promise.all(this.#players.map((player) => player.nextEvent()))
    const times = next.filter((time) => time !== null)
    return times.length === 0 ? null : Math.min(...times)
  }

  #allowedTo(): number {
    return Math.min(...this.#players.map((player) => player.allowedTo()))
  }
}
