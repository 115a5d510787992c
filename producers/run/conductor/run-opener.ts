// Where a conductor's runs come from: the open one of its scenario is taken over, announced to its shards; else a new one is minted.
import type { Clock } from '../../../infra/clock.ts'
import type { EventLog } from '../../../infra/event-log/event-log.ts'
import type { IgnoredRecord } from '../../../infra/event-log/ignored-records.ts'
import type { AcceptedCommand, Command, Descriptor, Horizon } from '../../contract/records.ts'
import { adoptable, isSameScenario, type PastRun, readRuns } from '../run-history.ts'
import { ConductedRun } from './conducted-run.ts'
import type { ConductorRecords } from './conductor-records.ts'
import { beginAt } from './controls.ts'
import type { Rivals } from './rivals.ts'

export type RunOpenerOptions = {
  log: EventLog
  clock: Clock
  /** Name of the topic `run`. */
  topic: string
  records: ConductorRecords
  rivals: Rivals
  descriptorOf(restart: number): Descriptor
  restart?: boolean
  leadMs: number
  newId: () => string
  report(record: IgnoredRecord): void
}

/** `controls`: accepted commands to the clock that it does not show yet; `history`: every run so far. */
export type OpenedRun = { run: ConductedRun; controls: AcceptedCommand[]; history: PastRun[] }

export class RunOpener {
  readonly #options: RunOpenerOptions
  /** Of the run in hand, the n-th start of its scenario. */
  #restart = 0

  constructor(options: RunOpenerOptions) {
    this.#options = options
  }

  async open(): Promise<OpenedRun> {
    const { descriptorOf, restart, records, newId } = this.#options
    let history = await this.#history()
    for (;;) {
      const same = history.filter((h) => isSameScenario(h.descriptor, descriptorOf(0)))
      const open = restart ? undefined : adoptable(history, same)
      this.#restart = open ? same.length - 1 : same.length
      if (!open) return { run: await this.#mint(), controls: [], history }
      const term = await records.announcement(open.epoch, open.descriptor.run, newId())
      // What others wrote until then counts, and nothing of what they write after it.
      history = await this.#history()
      const now = history.at(-1)!
      if (now.epoch !== open.epoch || now.end) continue
      const run = this.#conduct(now.epoch, term, now.descriptor, now.horizon)
      if (now.restarting) {
        return { run: await this.next(run, now.restarting), controls: [], history }
      }
      return { run, controls: now.controls, history }
    }
  }

  /** Ends a run and begins its scenario anew, from where the command says. */
  async next(ending: ConductedRun, command: Pick<Command, 'args'>): Promise<ConductedRun> {
    ending.end('restart')
    await this.#options.records.end(ending)
    this.#restart++
    const run = await this.#mint()
    beginAt(run.clock, command, this.#options.clock.now())
    return run
  }

  async #mint(): Promise<ConductedRun> {
    const { descriptorOf, records, rivals, newId } = this.#options
    const descriptor = descriptorOf(this.#restart)
    const id = newId()
    rivals.minted(id)
    const epoch = await records.descriptor(descriptor, id)
    return this.#conduct(epoch, epoch, descriptor, null)
  }

  #conduct(epoch: number, term: number, descriptor: Descriptor, last: Horizon | null) {
    const { leadMs, clock } = this.#options
    return new ConductedRun({ epoch, term, descriptor, last, now: clock.now(), leadMs })
  }

  #history(): Promise<PastRun[]> {
    const { log, topic, report } = this.#options
    return readRuns(log, topic, report)
  }
}
