// nginx with infra/proxy/nginx.conf, the very file that docs/operations.md shows, in a container before a console of a test.
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { GenericContainer, type StartedTestContainer } from 'testcontainers'
import { noEngine } from '../kafka/broker.ts'

const CONF = join(import.meta.dirname, '../../infra/proxy/nginx.conf')
/** What stands in the file, and differs here: ports that are free. */
const LISTEN = 'listen 443 ssl;'
const UPSTREAM = 'proxy_pass http://127.0.0.1:8080;'
export const PROXY_NAME = 'city.example'
const START_MS = 60_000

/** Why no proxy can be started here; null = it can. */
export const noProxy = () => noEngine('a TLS proxy needs a container')

/** Listens on `port` of this machine; `takesPathOff` = the variant that the file's comment names. */
export async function startTlsProxy(
  port: number,
  consolePort: number,
  takesPathOff: boolean,
): Promise<StartedTestContainer> {
  const folder = join(import.meta.dirname, 'proxy')
  const image = await GenericContainer.fromDockerfile(folder).build('huacheng-test-nginx', {
    deleteOnExit: false,
  })
  const upstream = `proxy_pass http://127.0.0.1:${consolePort}${takesPathOff ? '/' : ''};`
  const file = readFileSync(CONF, 'utf8')
  const content = replaced(replaced(file, LISTEN, `listen ${port} ssl;`), UPSTREAM, upstream)
  const container = await image
    .withNetworkMode('host')
    .withCopyContentToContainer([{ content, target: '/etc/nginx/conf.d/city.conf' }])
    .start()
  await listens(port)
  return container
}

async function listens(port: number): Promise<void> {
  const deadline = Date.now() + START_MS
  for (;;) {
    const answers = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true))
      socket.on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
    if (answers) return
    if (Date.now() > deadline) throw new Error(`nginx: nobody listens on ${port} after 60 s`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

function replaced(text: string, what: string, by: string): string {
  if (text.split(what).length !== 2)
    throw new Error(`${CONF}: not once "${what}", expected it once`)
  return text.replace(what, by)
}
