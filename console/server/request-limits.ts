// How many requests an address may send: many cheap ones, for a crowd may sit behind one address, and fewer that cost something.
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { httpError } from './errors.ts'
import type { ConsoleMetrics } from './metrics.ts'
import type { ServerLimits } from './options.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Counts against `Limits.costlyPerMinute` as well. */
    costly?: true
  }
}

/** For a route's options. */
export const COSTLY = { config: { costly: true as const } }

const MINUTE_MS = 60_000

export async function installRequestLimits(
  app: FastifyInstance,
  { requestsPerMinute, costlyPerMinute }: ServerLimits,
  metrics: ConsoleMetrics,
): Promise<void> {
  function refusal(what: string, max: number, seconds: number): Error {
    metrics.refused.inc({ reason: 'rate' })
    const message = `requests: more than ${max} ${what}a minute from this address; wait ${seconds} s`
    return httpError(429, 'too-many-requests', message, { 'retry-after': String(seconds) })
  }

  await app.register(rateLimit, {
    ...{ max: requestsPerMinute, timeWindow: MINUTE_MS },
    errorResponseBuilder: (_request, { max, ttl }) => refusal('', max, Math.ceil(ttl / 1000)),
  })
  const count = app.createRateLimit({ max: costlyPerMinute, timeWindow: MINUTE_MS })
  app.addHook('onRequest', async (request: FastifyRequest) => {
    if (!request.routeOptions.config.costly) return
    const counted = await count(request)
    if (counted.isAllowed || !counted.isExceeded) return
    throw refusal('of this kind ', counted.max, counted.ttlInSeconds)
  })
}
