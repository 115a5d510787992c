// Options of the commands that serve the page, and what they come to.
import { Security } from '../../console/server/security.ts'
import { parseAddress } from '../../infra/address.ts'
import { realClock } from '../../infra/clock.ts'
import { allOf, Problem } from '../../infra/problem.ts'
import { type Environment, environment } from './environment.ts'
import { hostOption, numberOption, type OptionHelp, type OptionValues } from './options.ts'
import { PROXY_OPTIONS, proxyOptions } from './proxy-options.ts'

export const PAGE_OPTIONS: Record<string, OptionHelp> = {
  port: {
    type: 'string',
    value: 'n',
    text: 'port of the page (or PORT); 0 = any',
    default: '8080',
  },
  host: {
    type: 'string',
    value: 'address',
    text: 'address to listen on (or HOST); other than loopback needs a token',
    default: '127.0.0.1',
  },
  token: { type: 'string', value: 'secret', text: 'token that browsers must present (or TOKEN)' },
  published: {
    type: 'string',
    value: 'address:port',
    text: 'where a container engine publishes the port (or PUBLISHED); on loopback no token is needed, whatever --host is',
  },
  ...PROXY_OPTIONS,
}

/** Address and door of the page, from options before variables. Throws one Problem that names all that does not fit. */
export function pageOptions(values: OptionValues, variables: Environment = process.env) {
  const { read, token } = partsOf(values, environment(variables))
  const { host, port, published, proxy } = allOf('page', read)
  return { host, port, token, published, ...proxy }
}

/** The same, of a page that may be opened: what the server would refuse at its start is refused before anything starts. */
export function checkedPage(values: OptionValues, variables: Environment = process.env) {
  const { read, token } = partsOf(values, environment(variables))
  const { host, port, published, proxy } = allOf('page', {
    ...read,
    door() {
      const address = known(read.host)
      if (address === undefined) return
      const settings = { host: address, token, published: known(read.published), clock: realClock }
      new Security({ ...settings, ...known(read.proxy) })
    },
  })
  return { host, port, token, published, ...proxy }
}

function partsOf(values: OptionValues, env: Environment) {
  const read = {
    host: () => hostOption('--host', (values.host as string) ?? env.HOST),
    port: () => numberOption({ port: env.PORT, ...values }, 'port', 0, 65_535, true) ?? 8080,
    published: () => publishedOption((values.published as string) ?? env.PUBLISHED),
    proxy: () => proxyOptions(values, env),
  }
  return { read, token: (values.token as string | undefined) ?? env.TOKEN }
}

/** Undefined where the option does not fit: its own line says so. */
function known<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}

function publishedOption(text: string | undefined): { host: string; port: number } | undefined {
  if (text === undefined) return undefined
  const address = parseAddress(text)
  if (typeof address !== 'string') return address
  throw new Problem(`--published: "${text}", expected ${address}; e.g. 127.0.0.1:8080`)
}
