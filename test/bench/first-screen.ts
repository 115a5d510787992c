// From `npm start` (web already built) to a real browser that shows pulsing dots and ten filled readings.
// Usage: npx node test/bench/first-screen.ts [repetitions]
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { launchBrowser } from '../browser/chrome.ts'
import { openPage, until } from '../browser/page-harness.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const GOAL_MS = 10_000
const SHOWN = `(() => {
  const counters = window.__huacheng?.counters()
  return counters !== undefined && counters.drawn > 0 && counters.pulses > 0 && counters.readings >= 10
})()`

async function once(): Promise<{ address: number; shown: number; faults: string[] }> {
  const browser = await launchBrowser()
  const started = performance.now()
  const args = ['huacheng.js', 'demo', '--port', '0']
  const demo = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let text = ''
      demo.stdout.on('data', (chunk) => {
        text += chunk
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text)
        if (found) resolve(found[0])
      })
      demo.once('exit', (code) => reject(new Error(`demo ended with ${code} before it answered`)))
    })
    const address = performance.now() - started
    const { page, faults } = await openPage({ browser, url, ready: false })
    await until(page, SHOWN)
    return { address, shown: performance.now() - started, faults }
  } finally {
    demo.kill('SIGTERM')
    await browser.close()
  }
}

const runs = []
for (let i = 0; i < Number(process.argv[2] ?? 3); i++) {
  const run = await once()
  runs.push(run.shown)
  console.log(
    `address after ${(run.address / 1000).toFixed(1)} s, dots pulsing and ten readings after ${(run.shown / 1000).toFixed(1)} s, faults ${JSON.stringify(run.faults)}`,
  )
}
const median = runs.sort((a, b) => a - b)[Math.floor(runs.length / 2)]
console.log(`median ${(median / 1000).toFixed(1)} s of ${GOAL_MS / 1000} s`)
