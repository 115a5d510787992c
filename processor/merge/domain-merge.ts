// The merge of one domain: partials of all its tasks in, readings of all its KPIs out.
import type { Descriptor, Partial } from '../../producers/contract/records.ts'
import type { KpiReading } from '../contract/types.ts'
import { Provisionals } from './provisionals.ts'
import { type ReadingFrame, type ReadingProgram, readingOf } from './reading.ts'
import { type SumKind, SumLayout } from './sums.ts'
import { type WaitingWindow, WaitingWindows } from './waiting-windows.ts'

/** `isNewest`: no later window was final before it. */
export type FinalWindow = { readings: KpiReading[]; isNewest: boolean }

export class DomainMerge {
  readonly #epoch: number
  readonly #descriptor: Descriptor
  /** Of the domain's measures, in their order. */
  readonly #programs: readonly ReadingProgram[]
  readonly #layout: SumLayout
  readonly #windows: WaitingWindows
  readonly #provisionals: Provisionals
  /** End of the newest final window, ms. */
  #finalEnd = Number.NEGATIVE_INFINITY

  constructor(epoch: number, descriptor: Descriptor, programs: readonly ReadingProgram[]) {
    this.#epoch = epoch
    this.#descriptor = descriptor
    this.#programs = programs
    this.#layout = new SumLayout(programs.map(({ measure }) => measure.name))
    const pack = (partial: Partial) => this.#layout.pack(partial)
    this.#windows = new WaitingWindows(descriptor.partitions, descriptor.truth, pack)
    this.#provisionals = new Provisionals(descriptor.partitions, pack)
  }

  /** Goes on behind the window that ends at `end` (ms), which is final. */
  resume(end: number): void {
    this.#finalEnd = end
    this.#windows.forgetBefore(end)
  }

  /** The readings of the window that is complete by this, else null. */
  add(side: 'partials' | 'truths', partial: Partial): FinalWindow | null {
    const window = this.#windows.add(side, partial)
    if (!window) return null
    const { start, end } = window
    const isNewest = end > this.#finalEnd
    if (isNewest) this.#finalEnd = end
    const partials = [...window.partials.values()]
    const kinds = isNewest ? (['window', 'day'] as const) : (['window'] as const)
    const readings = this.#programs.flatMap((program, m) =>
      kinds.map((kind) => {
        const truth = this.#descriptor.truth ? this.#verdict(window, m, kind) : null
        const bounds = { epoch: this.#epoch, kind, start, end }
        const frame: ReadingFrame = { ...bounds, watermark: end, final: true, truth }
        return readingOf(program, this.#layout.sumOver(partials, m, kind), frame)
      }),
    )
    return { readings, isNewest }
  }

  /** What a task has said of its open window. */
  putProvisional(partial: Partial): void {
    this.#provisionals.put(partial)
  }

  /** Readings of the open window, if every task has said something of it and something changed since the last call. */
  provisional(): KpiReading[] {
    const open = this.#provisionals.take(this.#finalEnd)
    if (!open) return []
    const { sums, start, watermark, isIncomplete } = open
    const end = start + this.#descriptor.window
    return this.#programs.flatMap((program, m) =>
      (['day', 'window'] as const).map((kind) => {
        const bounds = { epoch: this.#epoch, kind, start, end }
        const frame: ReadingFrame = { ...bounds, watermark, final: false, truth: 'pending' }
        const reading = readingOf(program, this.#layout.sumOver(sums, m, kind), frame)
        return isIncomplete ? { ...reading, incomplete: true as const } : reading
      }),
    )
  }

  /** Every cell of every partition, on the scaled integers; an absent cell is zero. */
  #verdict({ partials, truths }: WaitingWindow, m: number, kind: SumKind): 'equal' | 'differs' {
    for (const [p, sums] of partials) {
      if (!this.#layout.areEqual(sums, truths.get(p), m, kind)) return 'differs'
    }
    return 'equal'
  }
}
