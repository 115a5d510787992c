// Answers of the API in the smallest form that the caller accepts, unless a route has made one itself.
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyInstance } from 'fastify'

/** Below this the heads outweigh what is saved. */
const LEAST_BYTES = 1_400
/** Answers that differ each time: quick rather than smallest. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }
const TEXT = /json|text|csv/

const brotli = promisify(brotliCompress)
const zip = promisify(gzip)

export function installCompression(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const isBody = typeof payload === 'string' || Buffer.isBuffer(payload)
    if (!isBody || reply.hasHeader('content-encoding')) return payload
    if (!TEXT.test(String(reply.getHeader('content-type') ?? ''))) return payload
    reply.header('vary', 'accept-encoding')
    if (Buffer.byteLength(payload) < LEAST_BYTES) return payload
    const accepted = String(request.headers['accept-encoding'] ?? '')
    const isBrotli = /\bbr\b/.test(accepted)
    if (!isBrotli && !/\bgzip\b/.test(accepted)) return payload
    reply.header('content-encoding', isBrotli ? 'br' : 'gzip').removeHeader('content-length')
    return isBrotli ? brotli(payload, BROTLI) : zip(payload)
  })
}
