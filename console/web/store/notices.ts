// What the person must know of failures: problems that stay, and troubles that go away by themselves.
import { signal } from '@preact/signals'

const KEPT = 5

export class Notices {
  /** Newest last. */
  readonly problems = signal<string[]>([])
  /** What is being tried again, with the reason. */
  readonly troubles = signal<ReadonlyMap<string, string>>(new Map())

  /** What a person should read once, newest last. */
  readonly remarks = signal<string[]>([])

  remark(text: string): void {
    this.remarks.value = [...this.remarks.value.filter((r) => r !== text), text].slice(-KEPT)
  }

  dismiss(text: string): void {
    this.remarks.value = this.remarks.value.filter((r) => r !== text)
  }

  problem(text: string): void {
    this.problems.value = [...this.problems.value.filter((p) => p !== text), text].slice(-KEPT)
  }

  /** `reason` null = it works again. */
  trouble(name: string, reason: string | null): void {
    if ((this.troubles.value.get(name) ?? null) === reason) return
    const next = new Map(this.troubles.value)
    if (reason === null) next.delete(name)
    else next.set(name, reason)
    this.troubles.value = next
  }
}
