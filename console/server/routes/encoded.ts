// A body in the forms that callers accept, each made once: browsers take brotli over TLS and from loopback, else gzip;
// whoever has it already gets 304.
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'

const brotli = promisify(brotliCompress)
const zip = promisify(gzip)
/** Quality 5 takes tens of milliseconds for 110,000 assets; higher ones gain little. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }

const FORMS = {
  br: (plain: Buffer) => brotli(plain, BROTLI),
  gzip: (plain: Buffer) => zip(plain),
}
type Form = keyof typeof FORMS

export type EncodedBody = {
  plain: Buffer
  /** Weak, for all forms say the same. */
  etag: string
  made: Partial<Record<Form, Promise<Buffer>>>
}

export function encoded(plain: Buffer): EncodedBody {
  const hash = createHash('sha256').update(plain).digest('base64url')
  return { plain, etag: `W/"${hash.slice(0, 22)}"`, made: {} }
}

/** Sends the smallest form that the caller accepts, or 304 where it has this very body. */
export async function sendEncoded(
  request: FastifyRequest,
  reply: FastifyReply,
  body: EncodedBody,
): Promise<FastifyReply> {
  const accepted = String(request.headers['accept-encoding'] ?? '')
  reply.header('vary', 'accept-encoding').header('etag', body.etag)
  const known = String(request.headers['if-none-match'] ?? '').split(/\s*,\s*/)
  if (known.includes(body.etag)) return reply.code(304).send()
  const form = (['br', 'gzip'] as const).find((f) => new RegExp(`\\b${f}\\b`).test(accepted))
  if (!form) return reply.send(body.plain)
  body.made[form] ??= FORMS[form](body.plain)
  reply.header('content-encoding', form)
  return reply.send(await body.made[form])
}
