// Runs seeds: `node test/simulation/run.ts --seeds 5000`, or one of them again: `--seed 77 --trace`. With `--every-path` it
// fails, too, where they did not walk some rare path.
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { applyMutation, MUTATIONS } from './mutations.ts'
import { RARE, type Rare, unmet } from './sometimes.ts'

export type Totals = {
  seeds: number
  failures: { seed: number; violations: string[] }[]
  counts: Record<Rare, number>
  virtualMs: number
  steps: number
}

type Task = { mutation: string | undefined }
type Verdict = Awaited<ReturnType<typeof import('./simulate.ts').simulate>>

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    from: { type: 'string' },
    trace: { type: 'boolean' },
    workers: { type: 'string' },
    mutation: { type: 'string' },
    'first-failure': { type: 'boolean' },
    json: { type: 'boolean' },
    'every-path': { type: 'boolean' },
  },
})

/** One seed after the other, as the main thread asks for them. */
async function work({ mutation }: Task): Promise<void> {
  if (mutation) applyMutation(mutation)
  const { simulate } = await import('./simulate.ts')
  parentPort!.on('message', (seed: number) => {
    simulate({ seed }).then((verdict) => parentPort!.postMessage(verdict))
  })
}

async function one(seed: number): Promise<void> {
  if (values.mutation) applyMutation(values.mutation)
  const { simulate } = await import('./simulate.ts')
  const trace = values.trace ? (line: string) => console.log(line) : undefined
  const verdict = await simulate({ seed, trace })
  tell(verdict)
  const { virtualMs, steps, hash } = verdict
  console.log(
    `seed ${seed}: ${steps} steps, ${virtualMs.toFixed(0)} ms of virtual time, hash ${hash}`,
  )
  if (verdict.violations.length > 0) process.exitCode = 1
}

function tell({ seed, violations }: { seed: number; violations: string[] }): void {
  if (violations.length === 0) return
  console.log(`seed ${seed} FAILED; again: node test/simulation/run.ts --seed ${seed} --trace`)
  for (const violation of violations) console.log(`  ${violation.slice(0, 2000)}`)
}

/** Seeds `from` to `from + seeds - 1` on worker threads; stops early when `isEnough`. */
async function many(from: number, seeds: number): Promise<Totals> {
  const counts = Object.fromEntries(RARE.map((name) => [name, 0])) as Record<Rare, number>
  const totals: Totals = { seeds: 0, failures: [], counts, virtualMs: 0, steps: 0 }
  const threads = Math.min(Number(values.workers ?? availableParallelism()), seeds)
  const isEnough = () => values['first-failure'] === true && totals.failures.length > 0
  let next = from
  await Promise.all(
    Array.from({ length: threads }, () => {
      const data: Task = { mutation: values.mutation }
      const worker = new Worker(new URL(import.meta.url), { workerData: data })
      return new Promise<void>((resolve, reject) => {
        const ask = () => {
          if (next >= from + seeds || isEnough()) void worker.terminate().then(() => resolve())
          else worker.postMessage(next++)
        }
        worker.on('error', reject)
        worker.on('message', (verdict: Verdict) => {
          take(totals, verdict)
          ask()
        })
        ask()
      })
    }),
  )
  return totals
}

function take(totals: Totals, verdict: Verdict): void {
  totals.seeds++
  totals.virtualMs += verdict.virtualMs
  totals.steps += verdict.steps
  for (const name of RARE) totals.counts[name] += verdict.counts[name]
  if (verdict.violations.length === 0) return
  totals.failures.push({ seed: verdict.seed, violations: verdict.violations })
  if (!values.json) tell(verdict)
}

async function main(): Promise<void> {
  if (values.mutation && !MUTATIONS.some((m) => m.name === values.mutation)) {
    const names = MUTATIONS.map((m) => m.name).join(', ')
    console.error(`--mutation: "${values.mutation}", expected one of: ${names}`)
    process.exitCode = 2
    return
  }
  if (values.seed !== undefined) return one(Number(values.seed))
  const started = performance.now()
  const totals = await many(Number(values.from ?? 1), Number(values.seeds ?? 100))
  const wallS = (performance.now() - started) / 1000
  if (values.json) console.log(JSON.stringify({ ...totals, wallS }))
  else report(totals, wallS)
  const missed = values['every-path'] ? unmet(totals.counts) : []
  if (missed.length > 0) console.error(`never walked: ${missed.join(', ')}`)
  if (totals.failures.length > 0 || missed.length > 0) process.exitCode = 1
}

function report({ seeds, failures, counts, virtualMs, steps }: Totals, wallS: number): void {
  for (const [name, count] of Object.entries(counts)) {
    console.log(`${String(count).padStart(9)}  ${name}`)
  }
  const hours = (virtualMs / 3_600_000).toFixed(1)
  console.log(
    `${seeds} seeds, ${failures.length} failed, ${wallS.toFixed(1)} s: ${(seeds / wallS).toFixed(1)} seeds/s, ` +
      `${hours} h of virtual time, ${steps} steps`,
  )
}

if (isMainThread) await main()
else await work(workerData as Task)
