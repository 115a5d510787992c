// Finds the tools that are programs of their own; a missing one is reported loudly, and is a failure with CI=true.
import { exec } from './python.ts'

/** Null when the program answers; else why its tests cannot run. */
async function whyNot(name: string, args: string[], from: string): Promise<string | null> {
  const failed = await exec(name, args).then(
    () => null,
    (error: Error) => error,
  )
  if (!failed) return null
  return `there is no ${name} (${failed.message.split('\n')[0]}); ${from}`
}

export const noKcat = () => whyNot('kcat', ['-V'], 'install the package kcat')

/** Debian has it in the package `prometheus`; it needs nothing else of it. */
export const noPromtool = () =>
  whyNot('promtool', ['--version'], 'put the promtool of a Prometheus on PATH')

export const noPrometheus = () =>
  whyNot('prometheus', ['--version'], 'put a Prometheus on PATH; Debian has one')

/** Says why something is not run; with CI=true nobody reads along, and it throws. */
export function sayNotRun(what: string, reason: string | null): void {
  if (reason === null) return
  if (process.env.CI === 'true') throw new Error(`${what}: ${reason}`)
  console.error(`\n${what} NOT run: ${reason}\n`)
}
