// The built page: hashed assets for ever, index.html always fresh, .br files where the build made them.
import { existsSync } from 'node:fs'
import { join, sep } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { httpError } from '../errors.ts'

const IMMUTABLE = 'public, max-age=31536000, immutable'
/** Pages of the one application; it reads the path itself. */
const PAGES = ['/', '/presenter']

/** `basePath` without a slash at its end is not the page: its relative addresses would miss by one step. */
export async function pageRoutes(
  app: FastifyInstance,
  webRoot: string,
  basePath: string,
): Promise<void> {
  await app.register(fastifyStatic, {
    root: webRoot,
    index: false,
    preCompressed: true,
    cacheControl: false,
    setHeaders(reply, path) {
      const hashed = path.includes(`${sep}assets${sep}`)
      reply.header('cache-control', hashed ? IMMUTABLE : 'no-cache')
    },
  })
  const index = (_request: unknown, reply: FastifyReply) => {
    if (existsSync(join(webRoot, 'index.html'))) return reply.sendFile('index.html')
    throw httpError(404, 'not-found', 'page: not built, expected index.html; run npm run build')
  }
  for (const page of PAGES) app.get(page, { schema: { hide: true } }, index)
  if (basePath !== '') {
    app.get(basePath, { schema: { hide: true } }, ({ url }, reply) => {
      const { search } = new URL(url, 'http://console')
      return reply.redirect(`${basePath}/${search}`, 308)
    })
  }
}
