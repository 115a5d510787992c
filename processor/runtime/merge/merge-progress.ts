// How far the merge has read partials and truths, what they held when it began, and who waits for how far it is.
import type { PartitionOffsets } from '../../../infra/event-log/event-log.ts'

export type MergeInput = 'partial' | 'truth'

export class MergeProgress {
  /** Next offset to read. */
  readonly #next: Record<MergeInput, bigint> = { partial: 0n, truth: 0n }
  /** What the topics held when this process took the merge over; null once that was read. */
  #rebuild: Record<MergeInput, bigint> | null = null
  #isCaughtUp = false
  #isOwned = false
  #waiters: { offset: bigint; resolve(): void }[] = []

  /** The merge is rebuilt from all that the two topics hold. */
  begin(partials: PartitionOffsets, truths: PartitionOffsets): void {
    this.#isCaughtUp = false
    this.#next.partial = partials.earliest
    this.#next.truth = truths.earliest
    this.#rebuild = { partial: partials.latest, truth: truths.latest }
  }

  /** False once the merge belongs to another process: nobody needs to wait for it here. */
  own(isOwned: boolean): void {
    this.#isOwned = isOwned
    this.wake()
  }

  /** All partials that the topic held have been read. */
  get isCaughtUp(): boolean {
    return this.#isCaughtUp
  }

  get isRebuilding(): boolean {
    return this.#rebuild !== null
  }

  /** The topic held it before this process took the merge over, and the merge is still being rebuilt. */
  isOld(input: MergeInput, offset: bigint): boolean {
    return this.#rebuild !== null && offset < this.#rebuild[input]
  }

  /** Read up to `next` of a topic that then held records up to `end`. */
  read(input: MergeInput, next: bigint, end: bigint): void {
    this.#next[input] = next
    if (input === 'partial') this.#isCaughtUp = next >= end
  }

  /** Truths before `earliest` are gone. */
  truthsBegin(earliest: bigint): void {
    this.#next.truth = earliest
  }

  /** True exactly once: when what there was at the beginning has been read. */
  endsRebuild(): boolean {
    const rebuild = this.#rebuild
    if (!rebuild) return false
    if (this.#next.partial < rebuild.partial || this.#next.truth < rebuild.truth) return false
    this.#rebuild = null
    return true
  }

  /** Resolves when partials up to this offset were merged, or this process does not own the merge. */
  mergedUpTo(offset: bigint): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push({ offset, resolve })
      this.wake()
    })
  }

  /** Lets those go on whose records have been merged and written. */
  wake(): void {
    const waits = ({ offset }: { offset: bigint }) => this.#isOwned && this.#next.partial < offset
    for (const waiter of this.#waiters) if (!waits(waiter)) waiter.resolve()
    this.#waiters = this.#waiters.filter(waits)
  }
}
