// `npm run dev:mock`: the page from its sources, hot reloaded, beside an invented city; needs nothing else that runs.
// Usage: npm run dev:mock -- [--city seeds/<city>] [--scale 0.1] [--cold]
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createServer } from 'vite'
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
process.env.HUACHENG_URL = mock.url
const server = await createServer({
  configFile: join(import.meta.dirname, '../../console/web/vite.config.ts'),
  configLoader: 'native',
})
await server.listen()
server.printUrls()
