// Prints how large the whole city's state is, and how long saving and restoring take beside making a kernel and simulating:
// `npx node test/bench/kernel-state.ts [minutes]`.
import { loadavg } from 'node:os'
import { openKernel, openWorld } from '../../commands/wiring/world.ts'
import { MINUTE_MS } from '../../infra/time.ts'

const ROUNDS = 5
const minutes = Number(process.argv[2] ?? 30)
const world = openWorld({ for: 'PT2H' }, { truth: true })
const at = (minute: number) => world.scenario.start + minute * MINUTE_MS

type Cost = { wallMs: number; cpuMs: number }

function measured<T>(run: () => T): Cost & { value: T } {
  const cpu = process.cpuUsage()
  const from = performance.now()
  const value = run()
  const { user, system } = process.cpuUsage(cpu)
  return { value, wallMs: performance.now() - from, cpuMs: (user + system) / 1000 }
}

/** The middle of several rounds. */
function typical(rounds: Cost[]): string {
  const [wall, cpu] = (['wallMs', 'cpuMs'] as const).map((name) => {
    const sorted = rounds.map((round) => round[name]).sort((a, b) => a - b)
    return Math.round(sorted[Math.floor(sorted.length / 2)])
  })
  return `${wall} ms (CPU ${cpu})`
}

const made = measured(() => openKernel(world, 0, 1))
const kernel = made.value
const simulated = measured(() => {
  for (let k = 1; k <= minutes; k++) {
    kernel.advance(at(k), (time) => time)
    kernel.drain()
  }
  kernel.advance(at(minutes) + 3_456, (time) => time)
  kernel.drain()
})
let longest = 0
const saving = kernel.saving()
for (let isOver = false; !isOver; ) {
  const piece = measured(() => saving.next())
  isOver = piece.value.done === true
  longest = Math.max(longest, piece.cpuMs)
}
const saves = Array.from({ length: ROUNDS }, () => measured(() => kernel.save()))
const saved = saves[0].value
const other = measured(() => openKernel(world, 0, 1))
const restores = Array.from({ length: ROUNDS }, () => measured(() => other.value.restore(saved)))
if (Buffer.compare(other.value.save(), saved) !== 0) throw new Error('not what was saved')
console.log(
  `kernel state: ${(saved.length / 1e6).toFixed(1)} MB after ${minutes} sim minutes; save ${typical(saves)} or in pieces of at most ${Math.round(longest)} ms of CPU, restore ${typical(restores)}; ` +
    `to make a kernel ${typical([made, other])}, to simulate up to there ${typical([simulated])}; load ${loadavg()[0].toFixed(1)}`,
)
