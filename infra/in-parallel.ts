// Works through a list a few at a time: as fast as waiting together allows, without a connection for each item.

/** Resolves when `work` is done for every item; rejects with the first failure, when no further item is begun. */
export async function inParallel<T>(
  items: Iterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items]
  let failed = false
  async function worker(): Promise<void> {
    while (waiting.length > 0 && !failed) {
      try {
        await work(waiting.shift()!)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, waiting.length) }, worker))
}
