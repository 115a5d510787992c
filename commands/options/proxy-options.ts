// Options for a page behind a proxy: its public origins, its path there, and whose forwarded addresses count.
import { isIP } from 'node:net'
import type { TrustedProxies } from '../../console/server/proxy.ts'
import { collector } from '../../infra/problem.ts'
import type { OptionHelp, OptionValues } from './options.ts'

const MAX_HOPS = 10
const EXAMPLE_PATH = '/city/'

export const PROXY_OPTIONS: Record<string, OptionHelp> = {
  origin: {
    type: 'string',
    several: true,
    value: 'origin',
    text: 'public origin of the page behind a proxy (or ORIGIN), e.g. https://city.example; several: say it again, or commas between',
  },
  'base-path': {
    type: 'string',
    value: 'path',
    text: `public path of the page there (or BASE_PATH), e.g. ${EXAMPLE_PATH}; a proxy may hand it on or take it off`,
    default: '/',
  },
  'trust-proxy': {
    type: 'string',
    several: true,
    value: 'who',
    text: 'proxies whose X-Forwarded-* count (or TRUST_PROXY): addresses and networks, e.g. 127.0.0.1,10.0.0.0/8, or a number of hops',
  },
}

const SEGMENTS = /^(?:\/[A-Za-z0-9._~-]+)*\/?$/
const HOPS = /^\d{1,2}$/

/** Options before variables; throws one Problem that names everything that does not fit. */
export function proxyOptions(values: OptionValues, env: Record<string, string | undefined>) {
  const problems = collector()
  const text = (name: string, variable: string) => (values[name] as string) || env[variable] || ''
  const list = (name: string, variable: string) =>
    text(name, variable)
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '')

  function origin(asked: string): string {
    const url = URL.parse(asked)
    const isOrigin =
      url !== null && /^https?:$/.test(url.protocol) && asked.replace(/\/$/, '') === url.origin
    if (isOrigin) return url.origin
    const path = url !== null && url.pathname !== '/' ? `say its path as --base-path` : undefined
    problems.add(
      '--origin',
      `"${asked}"`,
      'scheme, host and port only, e.g. https://city.example',
      path,
    )
    return asked
  }

  function basePath(asked: string): string {
    const isPath = SEGMENTS.test(asked) && !asked.split('/').some((s) => s === '.' || s === '..')
    if (!isPath) {
      const expected = `a path of letters, digits, ".", "_", "~" and "-", e.g. ${EXAMPLE_PATH}`
      problems.add('--base-path', `"${asked}"`, expected)
    }
    return asked.replace(/\/$/, '')
  }

  function trustProxy(asked: string[]): TrustedProxies | undefined {
    if (asked.length === 0) return undefined
    if (asked.length === 1 && HOPS.test(asked[0])) {
      const hops = Number(asked[0])
      if (hops < 1 || hops > MAX_HOPS) {
        problems.add('--trust-proxy', asked[0], `1 to ${MAX_HOPS} hops`)
      }
      return { hops }
    }
    for (const one of asked.filter((address) => !isNetwork(address))) {
      const expected = 'an address, a network such as 10.0.0.0/8, or one number of hops'
      problems.add('--trust-proxy', `"${one}"`, expected)
    }
    return { addresses: asked }
  }

  const options = {
    origins: list('origin', 'ORIGIN').map(origin),
    basePath: basePath(text('base-path', 'BASE_PATH')),
    trustProxy: trustProxy(list('trust-proxy', 'TRUST_PROXY')),
  }
  problems.throwIfAny('the page behind a proxy')
  return options
}

function isNetwork(text: string): boolean {
  const [address, prefix, ...more] = text.split('/')
  const version = isIP(address)
  if (version === 0 || more.length > 0) return false
  return (
    prefix === undefined ||
    (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 6 ? 128 : 32))
  )
}
