// `npm run dev:mock`: the page from its sources, hot reloaded, beside an invented city; needs nothing else that runs.
// Usage: npm run dev:mock -- [--city seeds/<city>] [--scale 0.1] [--cold]
import { parseArgs } from 'node:util'
import { startDevServer } from './dev-server.ts'
import { startMock } from './server.ts'

const { values } = parseArgs({
  options: {
    city: { type: 'string' },
    scale: { type: 'string', default: '1' },
    cold: { type: 'boolean', default: false },
  },
})
const { city, cold } = values
const mock = await startMock({ scale: Number(values.scale), cold, ...(city ? { city } : {}) })
const server = await startDevServer(mock.url)
server.printUrls()
