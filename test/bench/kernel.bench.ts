// Prints CPU µs per event of the whole city, simulate to encoded, chained record, with truth: `npx node test/bench/kernel.bench.ts [world.ts]`.
// Another tree's commands/wiring/world.ts in its place measures that tree, for a comparison of two on one machine.
import { loadavg } from 'node:os'
import { pathToFileURL } from 'node:url'
import type { openKernel, openWorld } from '../../commands/wiring/world.ts'
import { MINUTE_MS } from '../../infra/time.ts'

const WARM_UP = 10
const MINUTES = 20

type WorldModule = { openWorld: typeof openWorld; openKernel: typeof openKernel }

const tree = process.argv[2] ?? `${import.meta.dirname}/../../commands/wiring/world.ts`
const wiring = (await import(pathToFileURL(tree).href)) as WorldModule
const world = wiring.openWorld({ for: `PT${WARM_UP + MINUTES}M` }, { truth: true })
const kernel = wiring.openKernel(world, 0, 1)

/** Lets `minutes` happen; CPU µs and events of them. */
function happen(from: number, minutes: number): { us: number; events: number } {
  const before = process.cpuUsage()
  const { events } = kernel
  for (let k = from + 1; k <= from + minutes; k++) {
    kernel.advance(world.scenario.start + k * MINUTE_MS, (time) => time)
    kernel.drain()
  }
  const { user, system } = process.cpuUsage(before)
  return { us: user + system, events: kernel.events - events }
}

happen(0, WARM_UP)
const rounds: number[] = []
let counted = 0
for (let k = WARM_UP; k < WARM_UP + MINUTES; k++) {
  const { us, events } = happen(k, 1)
  rounds.push(us / events)
  counted += events
}
rounds.sort((a, b) => a - b)
const at = (share: number) => rounds[Math.floor(share * (rounds.length - 1))].toFixed(2)
console.log(
  `kernel: ${at(0.5)} µs per event (${at(0)} to ${at(1)} in ${MINUTES} minutes, ${counted} events); load ${loadavg()[0].toFixed(1)}`,
)
