// Errors over HTTP: {error, message} in the house form, for what callers did wrong and for what does not exist.
import type { FastifyError, FastifyInstance } from 'fastify'
import { problemText } from '../../infra/problem.ts'

/** Throw it in a route: `error` is a word for programs, `message` a sentence for people. */
export function httpError(statusCode: number, error: string, message: string): Error {
  return Object.assign(new Error(message), { statusCode, error })
}

type Failed = FastifyError & { error?: string }

const CODES: Record<number, string> = {
  400: 'bad-request',
  404: 'not-found',
  413: 'too-large',
  415: 'media-type',
  429: 'too-many-requests',
}

/** `routes` = what a 404 may name. */
export function installErrors(app: FastifyInstance, routes: () => string[]): void {
  app.setErrorHandler((error: Failed, request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500 && error.error === undefined) {
      request.log.error({ err: error, url: request.url }, 'request failed')
      const message = `${request.method} ${request.url}: the server failed; its log says why`
      return reply.code(500).send({ error: 'internal', message })
    }
    const problems = error.validation?.map((v) => {
      const where = `${error.validationContext}${v.instancePath}`
      return `${where}: ${v.message ?? 'does not fit'}`
    })
    const message = problems?.join('\n') ?? error.message
    return reply.code(status).send({ error: error.error ?? CODES[status] ?? 'refused', message })
  })
  app.setNotFoundHandler((request, reply) => {
    const expected = `one of ${routes().join(', ')}`
    const message = problemText('path', `${request.method} ${request.url.slice(0, 200)}`, expected)
    return reply.code(404).send({ error: 'not-found', message })
  })
}
