// `/health` and `/metrics` of a process that has no page: what a supervisor and a scraper ask for.
import fastify from 'fastify'
import type { Registry } from 'prom-client'
import { listenProblem } from './program/system-error.ts'

export type StatusServerOptions = {
  host: string
  /** 0 = any free port. */
  port: number
  registry: Registry
  /** Why the process is not ready; empty = ready. */
  reasons(): string[]
}

/** Listens and resolves with the address; `close` stops it. */
export async function startStatusServer(options: StatusServerOptions) {
  const app = fastify({ requestTimeout: 10_000, connectionTimeout: 10_000, bodyLimit: 1024 })
  app.get('/health', (_request, reply) => {
    const reasons = options.reasons()
    reply.code(reasons.length === 0 ? 200 : 503)
    return { live: true, ready: reasons.length === 0, reasons }
  })
  app.get('/metrics', async (_request, reply) => {
    reply.type(options.registry.contentType)
    return options.registry.metrics()
  })
  const { host, port } = options
  try {
    const url = await app.listen({ host, port })
    return { url, close: () => app.close() }
  } catch (error) {
    await app.close()
    throw listenProblem(error, `--status-port ${port} on --status-host ${host}`)
  }
}
