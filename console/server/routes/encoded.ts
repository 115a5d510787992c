// A body in the forms that callers accept, each made once: browsers take brotli over TLS and from loopback, else gzip;
// whoever has it already gets 304.
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'

const brotli = promisify(brotliCompress)
const zip = promisify(gzip)
/** Tens of milliseconds for 110,000 assets: whoever asks first is not kept waiting. */
const SOON = 5
/** A quarter less of a city's roads and districts than `SOON`, for half a second of one thread. */
const SMALL = 10
/** Where it is worth that. */
const LARGE_BYTES = 100_000

const brotliAt = (plain: Buffer, quality: number) =>
  brotli(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } })

const FORMS = { br: (plain: Buffer) => brotliAt(plain, SOON), gzip: (plain: Buffer) => zip(plain) }
type Form = keyof typeof FORMS

export type EncodedBody = {
  plain: Buffer
  /** Weak, for all forms say the same. */
  etag: string
  made: Partial<Record<Form, Promise<Buffer>>>
  /** Asked for more than once: many will ask. */
  isWanted: boolean
}

export function encoded(plain: Buffer): EncodedBody {
  const hash = createHash('sha256').update(plain).digest('base64url')
  return { plain, etag: `W/"${hash.slice(0, 22)}"`, made: {}, isWanted: false }
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
  const made = body.made[form]
  if (!made) body.made[form] = FORMS[form](body.plain)
  else if (form === 'br' && !body.isWanted && body.plain.length >= LARGE_BYTES) makeSmaller(body)
  reply.header('content-encoding', form)
  return reply.send(await body.made[form])
}

/** Whoever asks once it is made gets the smaller form; it says the same. */
async function makeSmaller(body: EncodedBody): Promise<void> {
  body.isWanted = true
  const small = await brotliAt(body.plain, SMALL)
  body.made.br = Promise.resolve(small)
}
