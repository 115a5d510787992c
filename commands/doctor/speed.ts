// Check of the machine's pace: a slice of the default scenario through producers, truth, tasks and merge, timed.
import type { Clock } from '../../infra/clock.ts'
import { MINUTE_MS } from '../../infra/time.ts'
import { computeKpis } from '../kpis.ts'
import type { OptionValues } from '../options/options.ts'
import { openWorld } from '../wiring/world.ts'
import type { DoctorCheck, Finding } from './check.ts'

/** Wall time of the whole check, set-up included, on a machine that is quick enough. */
const BUDGET_MS = 5_000
/** The demo at `--speed max` reaches about 0.9 of this figure; the page and a busy minute want some air. */
const HEADROOM = 1.5
const SLICE = 'PT2H'

/** `values` as of a command that simulates; the default scenario without them. */
export function speed(clock: Clock, values: OptionValues = {}): DoctorCheck {
  return {
    name: 'speed',
    isEssential: false,
    limitMs: 60_000,
    async run() {
      const until = clock.now() + BUDGET_MS
      const world = openWorld({ for: SLICE, ...values }, { truth: true })
      const marks: number[] = []
      // The first minute carries the opening census and the compiler's warm-up: it is not timed.
      computeKpis(
        world,
        () => {},
        () => {
          marks.push(clock.now())
          return marks.length > 2 && clock.now() >= until
        },
      )
      const simS = ((marks.length - 2) * MINUTE_MS) / 1000
      const wallS = (marks[marks.length - 1] - marks[1]) / 1000
      return speedFinding(simS / wallS, world.scenario)
    },
  }
}

/** `reached` in sim seconds per wall second, one thread. */
export function speedFinding(
  reached: number,
  { speed: asked, scale }: { speed: number; scale: number },
): Finding {
  const most = Math.floor(reached / HEADROOM)
  const found = `${Math.round(reached)} sim seconds per wall second at scale ${scale}: the demo keeps up with speeds up to about ${most}`
  if (most >= asked) return { state: 'fine', found }
  const todo = `the default scenario asks for ${asked}: use --speed ${Math.max(1, most)} or --scale ${((scale * most) / asked).toPrecision(1)}`
  return { state: 'wrong', found, todo }
}
