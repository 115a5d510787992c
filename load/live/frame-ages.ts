// How old frames were when clients got them, since each stage that they passed: what a person sees is at least that old.
import type { DeltaTimes } from '../../console/messages.ts'

/** `fold` meant to be sent → published by its task, `forward` → handed to sockets, `wire` → received; `age` since it was published. */
export type Stages = Record<'fold' | 'forward' | 'wire' | 'age' | 'server', number>
export type Spread = { n: number; p50: number; p99: number; max: number }

export class FrameAges {
  readonly #samples: Stages[] = []

  /** `received` in ms on the clock of the server, which is this machine's. */
  put({ sent, told, forwarded }: DeltaTimes, received: number): void {
    if (forwarded < sent) return // sent ahead of its time: says nothing
    this.#samples.push({
      fold: Math.max(0, told - sent),
      forward: Math.max(0, forwarded - told),
      wire: Math.max(0, received - forwarded),
      age: Math.max(0, received - told),
      server: Math.max(0, forwarded - sent),
    })
  }

  of(stage: keyof Stages): Spread {
    return spreadOf(this.#samples.map((s) => s[stage]))
  }
}

/** Of no values everything is 0. */
export function spreadOf(values: number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
  return { n: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) }
}

/** `p50 12 ms, p99 80 ms, max 120 ms (5000 frames)` */
export const spreadText = ({ n, p50, p99, max }: Spread): string =>
  `p50 ${Math.round(p50)} ms, p99 ${Math.round(p99)} ms, max ${Math.round(max)} ms (${n} frames)`
