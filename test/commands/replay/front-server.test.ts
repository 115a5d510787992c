// One address for servers that take one another's place: the one before answers until the next has read its run.
import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { FrontServer } from '../../../commands/replay/page/front-server.ts'
import type { ConsoleServer } from '../../../console/server/server.ts'

let front: FrontServer | undefined
afterEach(() => front?.close())

/** Says its name to whoever asks, and 503 until `reads` is called, as a console without a run does. */
function namedConsole(name: string) {
  const server = new EventEmitter()
  let hasRun = false
  server.on('request', (_: unknown, response: ServerResponse) => {
    response.writeHead(hasRun ? 200 : 503).end(name)
  })
  const console = {
    ...{ app: { server }, url: name, hasRun: () => hasRun },
    ...{ standBehind: async () => {}, close: async () => {} },
  } as unknown as ConsoleServer
  const reads = () => {
    hasRun = true
  }
  return { console, reads }
}

test('nobody is refused while the next one reads its run', async () => {
  const [before, next] = [namedConsole('before'), namedConsole('next')]
  before.reads()
  front = new FrontServer()
  let port = 0
  before.console.standBehind = async (at) => {
    port = at
  }
  await front.listen('127.0.0.1', 0, before.console)
  const answer = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/`)
    return `${response.status} ${await response.text()}`
  }
  expect(await answer()).toBe('200 before')
  const shown = front.show(next.console)
  expect(await answer()).toBe('200 before')
  next.reads()
  await shown
  expect(await answer()).toBe('200 next')
})

test('a run that cannot be read is reported by its own server', { timeout: 10_000 }, async () => {
  const next = namedConsole('next')
  front = new FrontServer()
  let port = 0
  next.console.standBehind = async (at) => {
    port = at
  }
  await front.listen('127.0.0.1', 0, next.console)
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(503)
})
