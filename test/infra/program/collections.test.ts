// A program that holds much outside of V8's heap, and unpacks more, is collected by growth and not at every 64 MB.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const COLLECTIONS = new URL('../../../infra/program/collections.ts', import.meta.url).href

/** Holds 400 MB, lets 160 MB become garbage, and says how often all of it was gone through meanwhile. */
const program = (first: string) => `
import { PerformanceObserver, constants } from 'node:perf_hooks'
import { collectByGrowth } from '${COLLECTIONS}'
${first}
let times = 0
new PerformanceObserver((list) => {
  for (const { detail } of list.getEntries()) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) times++
}).observe({ entryTypes: ['gc'] })
const turn = () => new Promise((go) => setTimeout(go, 5))
const held = Array.from({ length: 400 }, () => Buffer.allocUnsafeSlow(1024 * 1024))
for (let i = 0; i < 40; i++) await turn()
times = 0
for (let i = 0; i < 160; i++) {
  Buffer.allocUnsafeSlow(1024 * 1024)
  await turn()
}
await turn()
console.log(held.length === 400 ? times : -1)
`

async function collections(first: string): Promise<number> {
  const words = ['--input-type=module', '--eval', program(first)]
  const { stdout, stderr } = await promisify(execFile)(process.execPath, words)
  expect(stderr).toBe('')
  return Number(stdout)
}

it('lets what is held grow by as much as is said', async () => {
  const times = await Promise.all([
    collections('collectByGrowth(10)'),
    collections('collectByGrowth(150)'),
  ])
  expect(times[0]).toBeGreaterThan(1)
  expect(times[1]).toBe(0)
})

it('goes through everything once at most while what is held grows by less than half', async () => {
  const [usual, byGrowth] = await Promise.all([collections(''), collections('collectByGrowth()')])
  expect(byGrowth).toBeLessThanOrEqual(1)
  expect(usual).toBeGreaterThan(byGrowth)
})
