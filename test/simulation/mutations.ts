// Guards broken on purpose: each must make the simulation fail, or the simulation proves nothing about it.
import { registerHooks } from 'node:module'

/** What stands once in a file, and what stands there instead. */
export type Edit = { file: string; from: string; to: string }
/** `from`: the seed to begin with, where it is known that the ones before do not notice. */
export type Mutation = { name: string; edits: Edit[]; from?: number }

export const MUTATIONS: Mutation[] = [
  {
    name: 'wait for a record at the end',
    edits: [
      {
        file: 'infra/event-log/log-range.ts',
        from: 'next >= last',
        to: 'records.at(-1)?.offset === last - 1n',
      },
    ],
  },
  {
    name: 'skip the seek',
    edits: [
      {
        file: 'processor/runtime/tasks/task-opener.ts',
        from: 'return { task, offset: BigInt(nextOffset) }',
        to: "return { task, offset: 'latest' }",
      },
    ],
  },
  {
    name: 'checkpoint before outputs are acknowledged',
    from: 300,
    edits: [
      {
        file: 'processor/runtime/tasks/checkpointer.ts',
        from: 'outbox.settled().then(',
        to: 'Promise.resolve().then(',
      },
    ],
  },
  {
    name: 'add instead of replace',
    edits: [
      {
        file: 'processor/merge/waiting-windows.ts',
        from: 'window[side].set(partial.partition, this.#pack(partial))',
        to: 'window[side].set(window[side].size, this.#pack(partial))',
      },
    ],
  },
  {
    name: 'drop the epoch check',
    edits: [
      {
        file: 'processor/task/state.ts',
        from: 'const isEarlier = epoch < identity.epoch',
        to: 'const isEarlier = false',
      },
      {
        file: 'processor/task/state.ts',
        from: "['epoch', 'run', 'domain', 'partition', 'partitions', 'catalogue'] as const",
        to: "['domain', 'partition', 'partitions', 'catalogue'] as const",
      },
    ],
  },
  {
    name: 'dedupe by highest seq only',
    edits: [
      {
        file: 'processor/task/deduplication.ts',
        from: 'return ranges === undefined || indexIn(ranges, seq) < 0',
        to: 'return true',
      },
    ],
  },
  {
    name: 'call incomplete readings final',
    edits: [
      {
        file: 'processor/task/task.ts',
        from: 'if (state.incomplete) state.windows.close()\n      else out',
        to: 'out',
      },
    ],
  },
  {
    name: 'resume without looking',
    edits: [
      {
        file: 'producers/run/shard/shard-run.ts',
        from: 'if (before !== null) await this.#lanes.readBack',
        to: 'if (false) await this.#lanes.readBack',
      },
    ],
  },
  {
    name: 'resume behind the last record',
    edits: [
      {
        file: 'producers/run/shard/resume.ts',
        from: 'if (this.#isBeforeTick(value) || this.#isHeld(value)) continue',
        to: 'if (this.#isBeforeTick(value)) continue\n        this.#isHeld(value)\n        i++',
      },
    ],
  },
  {
    name: 'tell the truth after the events',
    edits: [
      {
        file: 'producers/run/shard/shard-lanes.ts',
        from: 'await this.#log.append(this.#topics.truth, 0, records)',
        to: 'setTimeout(() => this.#log.append(this.#topics.truth, 0, records), 5)',
      },
    ],
  },
]

/** Replaces texts of modules of this thread before they are loaded; throws when one does not stand there once. */
export function applyMutation(name: string): void {
  const { edits } = MUTATIONS.find((m) => m.name === name)!
  const places = edits.map((e) => ({ ...e, url: new URL(`../../${e.file}`, import.meta.url).href }))
  registerHooks({
    load(url, context, nextLoad) {
      const module = nextLoad(url, context)
      const here = places.filter((edit) => edit.url === url)
      if (here.length === 0) return module
      let source = String(module.source)
      for (const { file, from, to } of here) {
        if (source.split(from).length !== 2) {
          throw new Error(`mutation "${name}": its text does not stand once in ${file}`)
        }
        source = source.replace(from, () => to)
      }
      return { ...module, source }
    },
  })
}
