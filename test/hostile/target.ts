// What is attacked: the whole demo of a small city in a process of its own, with the guard that every program has.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDemo } from '../../commands/demo/demo-start.ts'
import { realClock } from '../../infra/clock.ts'
import { standGuard } from '../../infra/program/last-guard.ts'
import { SMALL_CITY } from '../cities.ts'

const webRoot = mkdtempSync(join(tmpdir(), 'huacheng-hostile-'))
writeFileSync(join(webRoot, 'index.html'), '<!doctype html><title>page</title>')
const options = { city: SMALL_CITY, port: '0', 'log-level': 'silent' }
const city = await startDemo(options, { webRoot })
standGuard({ ...city, clock: realClock, after: 'go-on' })
process.send!({ url: city.url })
// Asked with any message: memory once all that nobody holds any more is gone.
process.on('message', () => {
  globalThis.gc!()
  const { rss, heapUsed, external } = process.memoryUsage()
  process.send!({ resident: rss, held: heapUsed + external })
})
// Whoever attacks is gone: so is this.
process.on('disconnect', () => process.exit(0))
