// The city under test as its operator sees it: programs under a supervisor, and the console's word for how far it is.
import type { ClockView } from '../../console/messages.ts'
import { Programs } from '../../load/programs.ts'
import { waitUntil } from '../../load/wait-until.ts'
import { PROCESSORS, PRODUCERS } from './plan.ts'

const BEGIN_LIMIT_MS = 90_000
const RECOVERY_LIMIT_MS = 120_000
const SUPERVISOR_MS = 500
/** The console answers so many requests a minute, and no more. */
const LOOKS_PER_STATUS = 10

export type CityOptions = {
  brokers: string
  prefix: string
  folder: string
  scenario: string
  scale: string
  speed: string
  /** The groups' session timeout; ms. */
  sessionMs: number
}

export type FaultyCity = ReturnType<typeof startCity>

type Row = { domain: string; partition: number; watermark: string }

/** Starts two processors, a console and two producers; the run is long enough for anything, and ended by `end`. */
export function startCity(o: CityOptions) {
  const programs: Programs = new Programs({
    folder: o.folder,
    kafka: ['--brokers', o.brokers, '--prefix', o.prefix],
    restartAfterMs: SUPERVISOR_MS,
  })
  const processorArgs = ['process', '--session-timeout', String(o.sessionMs)]
  const world = ['--scenario', o.scenario, '--scale', o.scale]
  for (const name of PROCESSORS) programs.start(name, processorArgs)
  programs.start('console', ['console', '--port', '0'])
  for (const [i, name] of [...PRODUCERS.entries()].reverse()) {
    const shard = `${i}/${PRODUCERS.length}`
    programs.start(name, ['produce', '--shard', shard, ...world, '--speed', o.speed])
  }

  const clockNow = async () => (await programs.ask<{ clock: ClockView }>('/api/run')).clock
  const status = async () => (await clockNow()).status

  /** Watermarks (sim ms) of all tasks, by their newest ledgers. */
  async function watermarks(): Promise<number[]> {
    const rows = await programs.ask<Row[]>('/api/ledger')
    return rows.map((row) => Date.parse(row.watermark))
  }

  let commands = 0
  async function command(name: string, wanted: string): Promise<void> {
    const id = `faults-${process.pid}-${commands++}`
    // The same id again gives the same answer and nothing else, so asking twice is safe.
    await waitUntil(
      `clock ${wanted}`,
      async () => {
        const now = await status()
        if (now === wanted) return true
        await programs.ask('/api/commands', { id, name, args: {} })
        return now
      },
      BEGIN_LIMIT_MS,
    )
  }

  return {
    programs,
    processorArgs,
    watermarks,
    async begun(): Promise<void> {
      await waitUntil(
        'every task has a watermark',
        async () => {
          const seen = await watermarks()
          return (seen.length > 0 && (await status()) === 'running') || `${seen.length} tasks`
        },
        BEGIN_LIMIT_MS,
      )
    },
    /** How far the city may be simulated now: who passes it, did so since; sim ms. */
    async horizon(): Promise<number> {
      return (await clockNow()).horizon
    },
    /** Resolves when every task has passed this sim time. */
    async caughtUp(since: number): Promise<void> {
      let looks = 0
      await waitUntil(
        'every task goes on',
        async () => {
          const slowest = Math.min(...(await watermarks()))
          // A long silence pauses the run by design: an operator resumes it.
          const isTime = slowest <= since && looks++ % LOOKS_PER_STATUS === 0
          if (isTime && (await status()) === 'paused') await command('clock.resume', 'running')
          return slowest > since || `slowest task ${(since - slowest) / 1000} sim s behind`
        },
        RECOVERY_LIMIT_MS,
      )
    },
    /** What the console says of itself: records that it ignores make nothing unready. */
    health: () => programs.ask<{ ready: boolean; reasons: string[] }>('/health'),
    end: () => command('run.stop', 'ended'),
  }
}
