// What a presenter does to the one-process demo: published to every page when it begins, as it goes on, and when its outcome is known.
import type { Clock } from '../../../infra/clock.ts'
import { Problem, problemText } from '../../../infra/problem.ts'
import type { Capability, DemoControls, DemoHappening } from '../../messages.ts'
import type { ShownRun } from '../state/run.ts'
import { storyOf, UNTOLD } from './loss-story.ts'

const KEPT = 20
/** Finals are held against the truth for so long after a recovery, and looked at so often. */
const PROVED_MS = 60_000
const PROVED_EVERY_MS = 1_000

export type DemoContext = {
  controls: DemoControls
  clock: Clock
  run(): ShownRun | null
  /** To every page. */
  publish(happening: DemoHappening): void
}

/** What a happening is besides its course. */
type Begun = Pick<DemoHappening, 'id' | 'kind' | 'at' | 'sim' | 'epoch'>

export class DemoFaults {
  readonly #context: DemoContext
  /** Newest last. */
  readonly #happenings: DemoHappening[] = []
  #number = 0
  #provedAt = 0

  constructor(context: DemoContext) {
    this.#context = context
  }

  get capabilities(): Capability[] {
    const { steal, giveBack, kill } = this.#context.controls
    const offered = { steal, kill, return: giveBack }
    return (['steal', 'kill', 'return'] as const).filter((c) => offered[c] !== undefined)
  }

  happenings(): DemoHappening[] {
    return this.#happenings
  }

  /** Resolves when it is over or could not be done; never rejects for that. */
  async act(kind: Capability): Promise<DemoHappening> {
    const begun = this.#begin(kind)
    try {
      if (kind === 'return') return await this.#giveBack()
      this.#note({ ...begun, phase: 'begun' })
      return this.#note({ ...begun, phase: 'done', ...(await this.#done(kind, begun)) })
    } catch (error) {
      const text = error instanceof Error ? error.message : problemText(kind, String(error), 'none')
      const failed = { ...begun, phase: 'failed' as const, error: text }
      this.#note(failed)
      return failed
    }
  }

  /** The account said something new about a loss. */
  look(): void {
    const run = this.#context.run()
    const tasks = run?.ledger.all() ?? []
    for (const happening of this.#happenings) {
      const { theft, epoch } = happening
      if (!theft || epoch !== run?.epoch || theft.settledAt !== null) continue
      const others = this.#happenings.filter((h) => h !== happening && h.theft?.settledAt)
      const next = storyOf(
        theft,
        tasks,
        others.flatMap((h) => h.theft ?? []),
      )
      if (next !== theft) this.#note({ ...happening, theft: next })
    }
  }

  /** A final was published: after a recovery it is held against the truth. */
  final(): void {
    const now = this.#context.clock.now()
    const run = this.#context.run()
    const last = this.#happenings.findLast((h) => h.kind === 'kill')
    const recovery = last?.phase === 'done' ? last.recovery : undefined
    if (!run || !last || !recovery || last.epoch !== run.epoch) return
    const over = last.at + (recovery.recoveredMs ?? 0) + PROVED_MS
    if (now > over || now < this.#provedAt + PROVED_EVERY_MS) return
    this.#provedAt = now
    const proved = run.history.provedSince(recovery.watermark ?? last.sim)
    if (proved.cells !== recovery.proved?.cells) {
      this.#note({ ...last, recovery: { ...recovery, proved } })
    }
  }

  #begin(kind: Capability): Begun {
    const run = this.#context.run()
    return {
      id: `demo-${++this.#number}`,
      kind,
      epoch: run?.epoch ?? 0,
      at: this.#context.clock.now(),
      sim: run?.clock.horizonMs() ?? 0,
    }
  }

  async #done(kind: 'steal' | 'kill', begun: Begun) {
    const { controls } = this.#context
    if (kind === 'steal') return { theft: { ...(await controls.steal!()), ...UNTOLD } }
    const recovery = await controls.kill!((soFar) =>
      this.#note({ ...begun, phase: 'begun', recovery: soFar }),
    )
    return { recovery }
  }

  /** The newest that is still lost is delivered after all; its own happening says so. */
  async #giveBack(): Promise<DemoHappening> {
    const run = this.#context.run()
    const last = this.#happenings.findLast(
      ({ theft, epoch }) => theft?.returnedAt === null && epoch === run?.epoch,
    )
    if (!last?.theft || !run) throw new Problem('return: nothing is lost in this run; steal first')
    const { topic, partition } = last.theft
    const task = run.ledger
      .all()
      .find((t) => topic.endsWith(`.${t.domain}`) && t.partition === partition)
    await this.#context.controls.giveBack!(last.theft)
    const theft = {
      ...last.theft,
      returnedAt: this.#context.clock.now(),
      lateBefore: task?.late ?? 0,
    }
    return this.#note({ ...last, theft })
  }

  #note(happening: DemoHappening): DemoHappening {
    const known = this.#happenings
    const at = known.findIndex((h) => h.id === happening.id)
    if (at >= 0) known[at] = happening
    else known.push(happening)
    if (known.length > KEPT) known.shift()
    this.#context.publish(happening)
    return happening
  }
}
