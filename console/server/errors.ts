// Errors over HTTP: {error, message} in the house form, for what callers did wrong and for what does not exist.
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Throw it in a route: `error` is a word for programs, `message` a sentence for people. */
export function httpError(
  statusCode: number,
  error: string,
  message: string,
  headers: Record<string, string> = {},
): Error {
  return Object.assign(new Error(message), { statusCode, error, headers })
}

type Failed = FastifyError & { error?: string; headers?: Record<string, string> }

const CODES: Record<number, string> = {
  400: 'bad-request',
  404: 'not-found',
  413: 'too-large',
  415: 'media-type',
  429: 'too-many-requests',
}

export function answerError(error: Failed, request: FastifyRequest, reply: FastifyReply): void {
  const status = error.statusCode ?? 500
  if (status >= 500 && error.error === undefined) {
    request.log.error({ err: error, url: request.url }, 'request failed')
    const message = `${request.method} ${request.url}: the server failed; its log says why`
    reply.code(500).send({ error: 'internal', message })
    return
  }
  const problems = error.validation?.map((v) => {
    const where = `${error.validationContext}${v.instancePath}`
    return `${where}: ${v.message ?? 'does not fit'}`
  })
  const message = problems?.join('\n') ?? error.message
  reply
    .code(status)
    .headers(error.headers ?? {})
    .send({ error: error.error ?? CODES[status] ?? 'refused', message })
}

/** `missing` says why nothing answers a request. */
export function installErrors(
  app: FastifyInstance,
  missing: (request: FastifyRequest) => Error,
): void {
  app.setErrorHandler(answerError)
  // Throwing hands on to the handler above.
  app.setNotFoundHandler((request) => {
    throw missing(request)
  })
}
