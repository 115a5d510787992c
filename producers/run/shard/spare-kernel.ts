// The kernel of the next start of a run, made while there is time: whoever begins a run anew waits for no city to be built.
import type { Descriptor } from '../../contract/records.ts'
import type { KernelOptions } from '../../kernel/actors.ts'
import { createKernel, type Kernel, makeKernel } from '../../kernel/kernel.ts'

export class SpareKernel {
  #making: Generator<undefined, Kernel> | null = null
  #kernel: Kernel | null = null
  /** What it is made of. */
  #of: KernelOptions | null = null

  /** A piece of the work for another start of that run, some tenths of a second; nothing once it is ready. */
  make(options: KernelOptions): void {
    if (!this.#of || !fits(this.#of, options)) this.#forget()
    if (this.#kernel) return
    this.#of = options
    this.#making ??= makeKernel(options)
    const { done, value } = this.#making.next()
    if (done) this.#kernel = value
  }

  /** The one that was made for such a run if it is ready, else one made now. */
  take(options: KernelOptions): Kernel {
    const kernel = this.#kernel
    const isReady = kernel !== null && this.#of !== null && fits(this.#of, options)
    this.#forget()
    if (!isReady) return createKernel(options)
    kernel.belongTo({ run: options.descriptor.run, epoch: options.epoch })
    return kernel
  }

  #forget(): void {
    this.#making = null
    this.#kernel = null
    this.#of = null
  }
}

/** Starts of one run differ in its id and in their epoch only; of the rest it is the very same. */
function fits(made: KernelOptions, asked: KernelOptions): boolean {
  const isSame = (['city', 'catalogue', 'scenario', 'domains', 'shard', 'shards'] as const).every(
    (name) => made[name] === asked[name],
  )
  const { descriptor } = made
  const isAlike = () => textOf(descriptor) === textOf(asked.descriptor)
  return isSame && made.ticks === asked.ticks && (descriptor === asked.descriptor || isAlike())
}

const textOf = (descriptor: Descriptor): string => JSON.stringify({ ...descriptor, run: '' })
