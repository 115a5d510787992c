// The development server as `npm run dev` starts it, in this process: on a port of its own, beside the city named.
import { join } from 'node:path'
import { createServer, type InlineConfig, mergeConfig, type ViteDevServer } from 'vite'

/** Close it yourself. */
export async function startDevServer(
  city: string,
  more: InlineConfig = {},
): Promise<ViteDevServer & { url: string }> {
  process.env.HUACHENG_URL = city
  const server = await createServer(
    mergeConfig(
      {
        configFile: join(import.meta.dirname, '../../console/web/vite.config.ts'),
        configLoader: 'native',
      },
      more,
    ),
  )
  await server.listen()
  const address = server.httpServer?.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return Object.assign(server, { url: `http://127.0.0.1:${port}/` })
}
