// Waiting for a whole city, on a machine that may have other things to do.

const PATIENCE_MS = 60_000

/** Looks again and again until `condition` holds; fails after a minute. */
export async function patiently(what: string, condition: () => unknown): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited a minute in vain until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
