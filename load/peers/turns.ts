// Programs that take turns at the same work, so that whatever else the machine does disturbs all of them alike.
import { execFileSync } from 'node:child_process'
import { cpus, loadavg, totalmem } from 'node:os'
import { type Comparison, resultsText } from './results.ts'
import type { Turn } from './warm-program.ts'

export type Runner = { name: string; turn(round: number): Promise<Turn> }

/** Each in its turn, another one first in every round; one round before that is not counted. */
export async function inTurns(
  what: string,
  runners: Runner[],
  rounds: number,
): Promise<Comparison> {
  const turns = new Map<string, Turn[]>(runners.map(({ name }) => [name, []]))
  for (let round = 0; round <= rounds; round++) {
    for (let i = 0; i < runners.length; i++) {
      const { name, turn } = runners[(i + round) % runners.length]
      const label = `${what} ${round === 0 ? 'warm-up' : `round ${round}`}: ${name}`
      if (!turns.has(name)) continue
      const result = await turn(round).catch((error: Error) => error)
      if (result instanceof Error) {
        // One that fails is out, the others go on.
        console.log(`${label}: ${result.message}`)
        turns.delete(name)
        continue
      }
      say(label, result)
      if (round > 0) turns.get(name)!.push(result)
    }
    // A machine that is too busy for all rounds has the ones so far.
    if (round > 0) console.log(resultsText([{ what, turns }], `after round ${round}`))
  }
  return { what, turns }
}

export function say(what: string, { events, cpuUs, wallMs }: Turn): void {
  const rate = Math.round((1000 * events) / wallMs)
  console.log(
    `${what}: ${events} events, ${(cpuUs / events).toFixed(2)} µs of CPU each, ${rate} events/s; load ${loadavg()[0].toFixed(1)}`,
  )
}

/** Cores, memory and what runs on them. */
export function machine(): string {
  const [{ model }] = cpus()
  const version = (command: string, args: string[]) =>
    execFileSync(command, args, { encoding: 'utf8' }).split('\n')[0]
  return `${cpus().length} × ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB; Node ${process.version}, ${version('java', ['--version'])}`
}
