// What a real city says on /live is what docs/contracts describes: every message's schema, every byte of the binary ones.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromFile, Parser } from '@asyncapi/parser'
import { Ajv } from 'ajv'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { startDemo } from '../../commands/demo/demo-start.ts'
import { decodeState, SUBPROTOCOL } from '../../console/messages.ts'
import { BINARY_MESSAGES } from '../../console/server/contract/live-messages.ts'
import { waitUntil } from '../../load/wait-until.ts'
import type { LayoutField } from '../../processor/contract/schemas.ts'
import { SMALL_CITY } from '../cities.ts'

const CONTRACTS = join(import.meta.dirname, '../../docs/contracts')
type Json = Record<string, unknown>

const ajv = new Ajv({ strict: true, strictTuples: false, allowUnionTypes: true })
function validatorOf(name: string) {
  const schema = JSON.parse(
    readFileSync(join(CONTRACTS, `schemas/live.${name}.schema.json`), 'utf8'),
  )
  return ajv.getSchema(schema.$id) ?? ajv.compile(closed(schema) as object)
}
/** Also nothing that the schema does not name: the published one lets later fields in. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed)
  if (typeof value !== 'object' || value === null) return value
  const node = Object.fromEntries(Object.entries(value).map(([k, v]) => [k, closed(v)]))
  return node.properties && node.type === 'object' ? { additionalProperties: false, ...node } : node
}

const SIZES = { u8: 1, u16: 2, u32: 4, f64: 8 }
/** Length of a message by its published layout; the three times only where flag 1 says so. */
function lengthBy(layout: LayoutField[], count: number, hasTimes: boolean): number {
  return layout.reduce((at, { type, length, padTo, text }) => {
    if (text.startsWith('flag 1') && !hasTimes) return at
    const end = at + SIZES[type] * (length === 'count' ? count : 1)
    return padTo ? Math.ceil(end / padTo) * padTo : end
  }, 0)
}

let demo: Awaited<ReturnType<typeof startDemo>>
const texts: Json[] = []
const binaries: ArrayBuffer[] = []

beforeAll(async () => {
  demo = await startDemo({ city: SMALL_CITY, port: '0', speed: '120', 'log-level': 'error' })
  const headers = { origin: new URL(demo.url).origin }
  const socket = new WebSocket(`${demo.url.replace('http', 'ws')}/live`, SUBPROTOCOL, { headers })
  socket.binaryType = 'arraybuffer'
  socket.on('message', (data, isBinary) => {
    if (!isBinary) {
      texts.push(JSON.parse(String(data)))
      return
    }
    binaries.push(data as ArrayBuffer)
    socket.send(JSON.stringify({ op: 'ack', seq: decodeState(data as ArrayBuffer).seq }))
  })
  await waitUntil('it moves', () => binaries.length > 3)
  socket.send(JSON.stringify({ op: 'cmd', id: 'live-1', name: 'clock.speed', args: { speed: 60 } }))
  await fetch(`${demo.url}/api/demo/steal`, { method: 'POST' })
  const seen = () => texts.map(nameOf)
  const wanted = ['hello', 'agg', 'result', 'event.command-result', 'event.demo']
  await waitUntil('all were published', () => wanted.every((name) => seen().includes(name)))
  socket.terminate()
}, 120_000)
afterAll(() => demo?.stop())

const nameOf = ({ op, kind }: Json) => (op === 'event' ? `event.${kind}` : String(op))

describe('the socket', () => {
  it('says nothing but what its schemas describe', () => {
    expect(texts.length).toBeGreaterThan(5)
    for (const message of texts) {
      const validate = validatorOf(nameOf(message))
      const text = `${nameOf(message)}: ${JSON.stringify(message).slice(0, 300)}`
      expect(validate(message) ? [] : validate.errors, text).toEqual([])
    }
  })

  it('sends binary messages of the published layouts', () => {
    const ops = new Set<number>()
    for (const bytes of binaries) {
      const view = new DataView(bytes)
      const [op, flags, count] = [view.getUint8(0), view.getUint8(1), view.getUint32(12, true)]
      ops.add(op)
      const layout = op === 1 ? BINARY_MESSAGES.snapshot : BINARY_MESSAGES.delta
      expect(bytes.byteLength).toBe(lengthBy(layout, count, (flags & 1) === 1))
    }
    expect([...ops].sort()).toEqual([1, 2])
  })

  it('is described by a valid AsyncAPI document', async () => {
    const file = join(CONTRACTS, 'live.asyncapi.json')
    const { document, diagnostics } = await fromFile(new Parser(), file).parse()
    expect(diagnostics.filter((d) => d.code !== 'asyncapi-latest-version')).toEqual([])
    expect(document!.allMessages().all()).toHaveLength(17)
  })

  it('hears what the schemas of a client allow', () => {
    expect(validatorOf('ack')({ op: 'ack', seq: 0 })).toBe(true)
    expect(validatorOf('ack')({ op: 'ack', seq: -1 })).toBe(false)
    expect(validatorOf('subscribe')({ op: 'subscribe', maxHz: 0, frames: true })).toBe(false)
    const command = { op: 'cmd', id: 'a', name: 'clock.pause', args: {} }
    expect(validatorOf('cmd')(command)).toBe(true)
    expect(validatorOf('cmd')({ ...command, id: 'not this' })).toBe(false)
  })
})
