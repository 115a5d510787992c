// Bodies of requests: JSON and nothing else, its size, encoding and depth bounded before anything looks into it.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { problemText } from '../../infra/problem.ts'
import { parseBoundedJson } from '../../infra/text/bounded-json.ts'
import { httpError } from './errors.ts'

/** In place of Fastify's own parsers, which bound the size alone. */
export function installBody(app: FastifyInstance, maxBytes: number): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (_request: FastifyRequest, bytes: Buffer) => {
      const parsed = parseBoundedJson(bytes, { maxBytes })
      if (!parsed.fault) return parsed.value
      const { reason, detail } = parsed.fault
      throw httpError(400, 'bad-request', problemText('body', `${reason} (${detail})`, 'JSON'))
    },
  )
}
