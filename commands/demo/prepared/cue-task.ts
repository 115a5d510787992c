// What the process that prepares cues is asked, and what it answers.
import type { OptionValues } from '../../options/options.ts'

export type CueTask = {
  values: OptionValues
  truth: boolean
  seeds?: string
  /** Of this city. */
  folder: string
  /** As whoever asks has it: made by other code they would be another city's. */
  key: string
  /** Sim ms, ascending. */
  times: number[]
  /** To whatever else the machine has to do. */
  yields: boolean
}

/** `cpuMs` and `mostBytes`, of memory: of its process up to then. */
export type ReadyCue = { at: number; bytes: number; cpuMs: number; mostBytes: number }

export type FromCueWorker =
  | ({ kind: 'ready' } & ReadyCue)
  | { kind: 'failed'; problem: string }
  | { kind: 'over' }
