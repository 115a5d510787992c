// The city of docker-compose.yml: image, page, readings, three processors, a killed one, and nothing left in the end.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type RunView, type ServerMessage, SUBPROTOCOL } from '../../console/messages.ts'
import type { KpiReading, LedgerReading } from '../../processor/contract/types.ts'
import { DEFAULT_IMAGE } from '../kafka/broker.ts'
import { noCompose } from './engine.ts'
import { type Container, eventually, openStack, type Stack } from './stack.ts'

const reason = noCompose()
if (reason !== null) {
  if (process.env.CI === 'true') throw new Error(`Compose lane: ${reason}`)
  console.warn(`Compose lane NOT run: ${reason}`)
}

const SCALE = '0.05'
const BUILD_MS = 600_000
const PROGRAMS = ['producer-0', 'producer-1', 'processor', 'console']
/** A killed member's session (6 s in the compose file), its rebalance and its restore, on a busy machine. */
const RECOVERY_MS = 60_000

describe.skipIf(reason !== null)('docker compose up', () => {
  let stack: Stack
  let failed = false

  beforeAll(async () => {
    stack = await openStack({ SCALE })
    await stack.compose(['build'], BUILD_MS)
    await stack.compose(['up', '--detach', '--no-build'], 120_000)
  }, BUILD_MS + 180_000)

  afterAll(async () => {
    if (failed) console.error(await stack.logs())
    stack.down()
  }, 150_000)

  /** A test whose failure is reported together with what the programs logged. */
  function step(name: string, body: () => Promise<void>, timeoutMs = 90_000): void {
    it(
      name,
      async () => {
        failed = true
        await body()
        failed = false
      },
      timeoutMs,
    )
  }

  const ledgers = () => stack.json<LedgerReading[]>('/api/ledger')
  const tasks = async () => {
    const { partitions, declarations } = await stack.json<RunView>('/api/run')
    return partitions * Object.keys(declarations).length
  }

  /** The city's watermark (ms): the slowest task's; 0 while a task says nothing. */
  async function watermark(): Promise<number> {
    const all = await ledgers()
    if (all.length < (await tasks())) return 0
    return Math.min(...all.map((ledger) => Date.parse(ledger.watermark)))
  }

  /** Waits until every task has gone at least so many sim ms beyond `from`; every event must be accounted for. */
  async function goesOn(from: number, simMs: number): Promise<void> {
    await eventually('every task goes on', async () => (await watermark()) >= from + simMs)
    const all = await ledgers()
    expect(all.filter((ledger) => ledger.unexplained !== 0)).toEqual([])
    expect(all.reduce((sum, ledger) => sum + ledger.produced, 0)).toBeGreaterThan(0)
  }

  /** How many tasks each processor works on, once all of them are worked on and nobody is idle. */
  async function shares(processors: number): Promise<number[]> {
    const wanted = await tasks()
    let found: number[] = []
    await eventually(`${processors} processors share ${wanted} tasks`, async () => {
      const running = await stack.containers('processor')
      found = await Promise.all(running.map((c) => stack.metric(c, 'huacheng_tasks')))
      const sum = found.reduce((a, b) => a + b, 0)
      return found.length === processors && sum === wanted && !found.includes(0)
    })
    return found
  }

  step('answers with the page at the published address, without a token', async () => {
    const isReady = () => stack.get('/health').then((r) => r.ok)
    await eventually('the console is ready', () => isReady().catch(() => false))
    const page = await stack.get('/')
    expect(page.status).toBe(200)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    const [, script] = /src="\.(\/assets\/[^"]+\.js)"/.exec(await page.text()) ?? []
    expect((await stack.get(script)).status).toBe(200)
    const run = await stack.json<RunView>('/api/run')
    expect([run.scenario, run.scale, run.commands]).toEqual(['default', Number(SCALE), true])
  })

  step(
    'lets readings flow, every final equal to the truth, every event accounted for',
    async () => {
      let finals: KpiReading[] = []
      await eventually('finals', async () => {
        finals = await stack.json<KpiReading[]>('/api/kpis?final=true')
        const windows = finals.filter((reading) => reading.window.kind === 'window')
        return windows.length >= 10 && windows.every(({ watermark }) => watermark !== null)
      })
      expect(finals.map((reading) => reading.truth)).not.toContain('differs')
      expect(finals.map((reading) => reading.truth)).toContain('equal')
      await goesOn(await watermark(), 120_000)
    },
  )

  step('streams the city to a page of its own address, and to no other', async () => {
    const seen = await messages(stack.url, stack.url)
    expect(seen.hello?.run.run).toMatch(/^r-[0-9a-f]{12}$/)
    expect(seen.readings).toBeGreaterThan(0)
    expect(seen.binary).toBeGreaterThan(0)
    expect((await stack.get('/api/run', { origin: 'http://evil.example' })).status).toBe(403)
    await expect(messages(stack.url, 'http://evil.example')).rejects.toThrow(/403/)
  })

  step('runs everything without rights, and hands one port to this machine alone', async () => {
    await eventually('all healthy', async () =>
      (await stack.containers()).every((c) => c.State.Health?.Status === 'healthy'),
    )
    const containers = await stack.containers()
    expect(containers.map(serviceOf).sort()).toEqual(['kafka', ...PROGRAMS].sort())
    for (const { Name, HostConfig, Config, ...container } of containers) {
      expect(HostConfig.ReadonlyRootfs, Name).toBe(true)
      expect(HostConfig.CapDrop, Name).toEqual(['ALL'])
      expect(HostConfig.SecurityOpt, Name).toEqual(['no-new-privileges:true'])
      expect(HostConfig.Memory, Name).toBeGreaterThan(0)
      const isOurs = Config.Labels['com.docker.compose.service'] !== 'kafka'
      if (isOurs) expect(Config.User, Name).toBe('node')
      else expect(Config.Image).toBe(process.env.KAFKA_IMAGE ?? DEFAULT_IMAGE)
      expect([Name, container.RestartCount]).toEqual([Name, 0])
    }
    const published = containers.flatMap((c) => Object.entries(c.HostConfig.PortBindings ?? {}))
    const own = [{ HostIp: '127.0.0.1', HostPort: String(stack.port) }]
    expect(published).toEqual([['8080/tcp', own]])
  })

  step(
    'tells each program’s metrics to the containers of its network, and to nobody else',
    async () => {
      const [scraper] = await stack.containers('console')
      for (const [service, metric] of [
        ['producer-0', 'huacheng_horizon_timestamp_seconds'],
        ['producer-1', 'huacheng_simulated_timestamp_seconds'],
        ['processor', 'huacheng_watermark_timestamp_seconds'],
        ['console', 'huacheng_console_clients'],
      ]) {
        const said = await stack.scrape(scraper, service)
        expect(said.slice(0, 4), service).toBe('200 ')
        expect(said).toContain(`# TYPE ${metric} `)
      }
      const published = (await stack.containers()).flatMap((c) =>
        Object.keys(c.HostConfig.PortBindings ?? {}),
      )
      expect(published).toEqual(['8080/tcp'])
    },
  )

  step(
    'has a monitoring profile that asks every program, and starts with nobody who did not ask',
    async () => {
      const services = async (...more: string[]) =>
        (await stack.compose([...more, 'config', '--services'])).split('\n').filter(Boolean).sort()
      expect(await services()).toEqual(['kafka', ...PROGRAMS].sort())
      const all = ['grafana', 'kafka', 'prometheus', ...PROGRAMS].sort()
      expect(await services('--profile', 'monitoring')).toEqual(all)
      const config = readFileSync(
        join(import.meta.dirname, '../../infra/grafana/prometheus.yml'),
        'utf8',
      )
      const [, names] = /names: \[(.*)\]/.exec(config)!
      expect(names.split(', ').sort()).toEqual(PROGRAMS.toSorted())
    },
  )

  step('shares the work among three processors, and loses nothing', async () => {
    const before = await watermark()
    const up = ['up', '--detach', '--no-build', '--no-recreate', '--scale', 'processor=3']
    await stack.compose(up, 120_000)
    const found = await shares(3)
    console.log(`three processors: ${found.join(' + ')} tasks`)
    await goesOn(Math.max(before, await watermark()), 120_000)
  })

  step(
    'goes on after a processor was killed',
    async () => {
      const [victim] = await stack.containers('processor')
      const before = await watermark()
      await stack.killInside(victim)
      const killed = performance.now()
      await eventually('the engine starts it again', async () => {
        const [now] = (await stack.containers('processor')).filter((c) => c.Id === victim.Id)
        return now.State.Status === 'running' && now.State.StartedAt !== victim.State.StartedAt
      })
      await goesOn(before, 180_000)
      const seconds = ((performance.now() - killed) / 1000).toFixed(1)
      console.log(`killed processor: every task 3 sim minutes further after ${seconds} s`)
      await shares(3)
    },
    RECOVERY_MS + 60_000,
  )

  step('stops in time, each program in good order', async () => {
    await stack.compose(['stop', ...PROGRAMS], 60_000)
    const stopped = await Promise.all(PROGRAMS.map((service) => stack.containers(service)))
    const codes = stopped.flat().map((c) => `${serviceOf(c)} ${c.State.ExitCode}`)
    const processors = new Array(3).fill('processor 0')
    expect(codes.sort()).toEqual(['console 0', ...processors, 'producer-0 0', 'producer-1 0'])
  })

  step('leaves nothing behind', async () => {
    expect(await stack.leftovers()).not.toEqual([])
    await stack.compose(['down', '--volumes'], 90_000)
    expect(await stack.leftovers()).toEqual([])
  })
})

const serviceOf = (c: Container) => c.Config.Labels['com.docker.compose.service']

/** What a page of `origin` gets from the socket, until it has seen readings and a map frame twice. */
function messages(url: string, origin: string) {
  type Seen = { hello?: Extract<ServerMessage, { op: 'hello' }>; readings: number; binary: number }
  return new Promise<Seen>((resolve, reject) => {
    const seen: Seen = { readings: 0, binary: 0 }
    const socket = new WebSocket(`${url.replace('http', 'ws')}/live`, [SUBPROTOCOL], { origin })
    socket.on('error', reject)
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) {
        seen.binary++
        socket.send(JSON.stringify({ op: 'ack', seq: data.readUInt32LE(8) }))
      } else {
        const message = JSON.parse(data.toString()) as ServerMessage
        if (message.op === 'hello') seen.hello = message
        if (message.op === 'agg') seen.readings += message.readings.length
      }
      if (seen.hello && seen.readings > 0 && seen.binary > 1) {
        resolve(seen)
        socket.close()
      }
    })
  })
}
