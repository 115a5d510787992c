// Hostile requests over HTTP: bodies, paths, parameters, methods, headers, and bytes that are no HTTP.
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { below, pick, type StreamWords, stream } from '../../infra/random.ts'
import { hostileJson, hostileText } from './messages.ts'

const ADDRESSES = process.platform === 'linux' ? 200 : 1
const AT_ONCE = 16
const PATIENCE_MS = 20_000

const PATHS = [
  ...[
    '/api/run',
    '/api/runs',
    '/api/city',
    '/api/kpis',
    '/api/opening',
    '/api/alerts',
    '/api/plan',
  ],
  ...[
    '/api/incidents',
    '/api/twin',
    '/api/ledger',
    '/api/proof',
    '/api/engine',
    '/api/scenarios',
    '/api/demo',
  ],
  ...['/api/open-data', '/api/commands', '/api/ticket', '/api/assets/0', '/api/catalogue/x'],
  ...['/api/assets', '/api/findings', '/api/findings/x', '/api/acknowledgements'],
  ...['/api/twin/choices', '/api/demo/x', '/api/items', '/api/city/roads'],
  ...['/api/kpis/x/history', '/api/kpis/x/lineage', '/health', '/metrics', '/openapi.json', '/'],
]
const PARAMETERS = [
  'scope',
  'last',
  'final',
  'window',
  'kind',
  'partition',
  'format',
  'kpi',
  'q',
  'numbers',
  'limit',
  'twin',
  'part',
  'roads',
  'packed',
  'a[b]',
]
/** What takes a body, and bodies that are meant well, but for their id: `undefined` = commands. */
const BODIES: [string, object[] | undefined][] = [
  ['/api/commands', undefined],
  ['/api/acknowledgements', [{ id: 'x' }, { id: 'x', by: 'y' }]],
  ['/api/twin', [{ without: 'x' }]],
]
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']
const TYPES = ['application/json', 'application/json; charset=utf-16', 'text/plain', 'a', '']
const HEADERS = ['host', 'origin', 'authorization', 'x-forwarded-for', 'x-forwarded-host', 'range']
const MORE_HEADERS = ['if-none-match', 'accept-encoding', 'content-encoding', 'expect', 'upgrade']
const RAW = [
  'GET',
  'GET / HTTP/9.9\r\n\r\n',
  'GET / HTTP/1.1\r\n\r\n',
  'GET /api/run HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
  'POST /api/commands HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n',
  'POST /api/commands HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  'POST /api/commands HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n',
  `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
  `GET / HTTP/1.1\r\n${'X: y\r\n'.repeat(3_000)}\r\n`,
  'GET /live HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  'GET /live?packed=1&packed=0 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  'GET http://[::1 HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n',
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
]

type Asked = {
  method: string
  path: string
  headers: Record<string, string>
  body?: Buffer
}

/** Sends `count` requests; resolves with how often each status was answered (`none` = the connection was closed). */
export async function attackRest(url: string, seed: number, count: number) {
  const codes = new Map<string, number>()
  const agents = Array.from({ length: ADDRESSES }, () => new Agent({ keepAlive: true }))
  const { port } = new URL(url)
  let left = count

  async function attacker(number: number): Promise<void> {
    const words = stream(seed, `attacker-${number}`, 'rest')
    while (left > 0) {
      left--
      const from = below(words, 0, ADDRESSES)
      const localAddress = `127.0.0.${1 + from}`
      const way = { host: '127.0.0.1', port: Number(port), localAddress }
      const code =
        below(words, 0, 10) === 0
          ? await rawBytes(way, words)
          : await ask({ ...way, agent: agents[from] }, hostileRequest(words))
      codes.set(code, (codes.get(code) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => attacker(i)))
  for (const agent of agents) agent.destroy()
  return codes
}

function hostileRequest(words: StreamWords): Asked {
  const headers: Record<string, string> = {}
  if (below(words, 0, 3) > 0) {
    const type = below(words, 0, 4) > 0 ? TYPES[0] : pick(words, 0, TYPES)
    headers['content-type'] = type
    const [path, meantWell] = pick(words, 0, BODIES)
    return { method: 'POST', path, headers, body: hostileJson(words, meantWell) }
  }
  if (below(words, 0, 3) === 0) {
    const name = pick(words, 0, [...HEADERS, ...MORE_HEADERS])
    headers[name] = headerText(hostileText(words).slice(0, below(words, 0, 2_000)))
  }
  const method = below(words, 0, 2) > 0 ? 'GET' : pick(words, 0, METHODS)
  return { method, path: hostilePath(words), headers }
}

function hostilePath(words: StreamWords): string {
  const path = pick(words, 0, PATHS)
  const odd = encodeURIComponent(hostileText(words).slice(0, below(words, 0, 600)))
  switch (below(words, 0, 6)) {
    case 0:
      return path
    case 1:
      return `${path}?${pick(words, 0, PARAMETERS)}=${odd}`
    case 2:
      return `${path}?${pick(words, 0, PARAMETERS)}=${below(words, 0, 1e9)}&${odd}`
    case 3:
      return path.replace(/[x0]/, odd)
    case 4:
      return `${path}/%${below(words, 0, 256).toString(16)}/..%2f..%2f${odd}`
    default:
      return `//${odd}${path}`
  }
}

/** What Node lets through in a header's value. */
const headerText = (text: string) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?')

function ask(way: object, { method, path, headers, body }: Asked): Promise<string> {
  return new Promise((resolve) => {
    const asked = request({ ...way, method, path, headers, timeout: PATIENCE_MS }, (response) => {
      response.resume()
      resolve(String(response.statusCode))
    })
    asked.on('upgrade', (_response, socket) => {
      socket.destroy()
      resolve('101')
    })
    asked.on('timeout', () => asked.destroy())
    asked.on('close', () => resolve('none'))
    asked.on('error', () => resolve('none'))
    asked.end(body)
  })
}

function rawBytes(way: { host: string; port: number; localAddress: string }, words: StreamWords) {
  const text = below(words, 0, 3) > 0 ? pick(words, 0, RAW) : hostileText(words)
  return new Promise<string>((resolve) => {
    let answer = ''
    const socket = connect(way, () => socket.end(Buffer.from(text, 'latin1')))
    socket.setTimeout(PATIENCE_MS, () => socket.destroy())
    socket.on('data', (data) => {
      answer += data.toString('latin1')
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 'none'))
  })
}
