// Accepted commands of a run that have not taken effect yet, in the order in which they do.
import type { AcceptedCommand } from '../../contract/records.ts'

export type ScheduledCommand = { command: AcceptedCommand; effectiveAt: number }

export class CommandSchedule {
  #waiting: ScheduledCommand[] = []

  /** Behind those of the same time. */
  add(command: AcceptedCommand): void {
    const effectiveAt = Date.parse(command.effectiveAt)
    const later = this.#waiting.findIndex((c) => c.effectiveAt > effectiveAt)
    const place = later < 0 ? this.#waiting.length : later
    this.#waiting.splice(place, 0, { command, effectiveAt })
  }

  /** The next one that takes effect up to sim time `due`; it stays until it is removed. */
  first(due: number): ScheduledCommand | undefined {
    const [first] = this.#waiting
    return first && first.effectiveAt <= due ? first : undefined
  }

  removeFirst(): void {
    this.#waiting.shift()
  }
}
