// The guards against kafkajs' defects that need no broker, and the alarm for the day its internals move.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { virtualClock } from '../../../../infra/clock.ts'
import { installGuards, isFencing, rebalancing } from '../../../../infra/kafka/connection/guards.ts'
import { Watchdog } from '../../../../infra/kafka/connection/watchdog.ts'

const require = createRequire(import.meta.url)
const silent = { debug() {}, info() {}, warn() {}, error() {} }

describe('kafkajs guards', () => {
  it('know the very sources that they reach into', () => {
    const sources = {
      'network/connection.js': '2a993b2e74421ca6',
      'network/requestQueue/index.js': 'b55986089c14f8f7',
      'broker/index.js': '9cbea8898528c439',
      'cluster/brokerPool.js': '9994863e891ac2ab',
      'consumer/consumerGroup.js': 'f3e461738585a8dc',
      'consumer/runner.js': 'fad3247df2e3ba48',
      'consumer/fetchManager.js': '9a07c96b6150d654',
      'consumer/offsetManager/index.js': 'bd1041968ae32232',
    }
    for (const [path, expected] of Object.entries(sources)) {
      const text = readFileSync(require.resolve(`kafkajs/src/${path}`))
      const digest = createHash('sha256').update(text).digest('hex').slice(0, 16)
      expect(digest, `${path} moved: read it again, then guards.ts`).toBe(expected)
    }
  })

  it('refuse another version', () => {
    expect(() => installGuards('2.3.0')).toThrow(/version 2\.3\.0, expected 2\.2\.4/)
  })

  it('leave an idle connection without a timer, and a throttled or busy one with it', () => {
    installGuards()
    const RequestQueue = require('kafkajs/src/network/requestQueue')
    const queue = new RequestQueue({ logger: silent, requestTimeout: 1000, maxInFlightRequests: 1 })
    queue.checkPendingRequests()
    expect(queue.throttleCheckTimeoutId).toBeNull()
    queue.throttledUntil = Date.now() + 60_000
    queue.checkPendingRequests()
    expect(queue.throttleCheckTimeoutId).not.toBeNull()
    queue.destroy()
    queue.throttledUntil = -1
    queue.inflight.set(1, {})
    queue.pending.push({})
    queue.checkPendingRequests()
    expect(queue.throttleCheckTimeoutId).not.toBeNull()
    queue.destroy()
  })

  it('hand on an answer as it came, without a copy, and keep nothing of it', () => {
    installGuards()
    const Connection = require('kafkajs/src/network/connection')
    const payloads: Buffer[] = []
    const connection = Object.assign(Object.create(Connection.prototype), {
      ...{ chunks: [], bytesBuffered: 0, bytesNeeded: 4, authHandlers: null },
      requestQueue: {
        fulfillRequest: ({ payload }: { payload: Buffer }) => payloads.push(payload),
      },
    })
    const answer = (text: string) => {
      const bytes = Buffer.alloc(8 + text.length, text, 'latin1')
      bytes.writeInt32BE(4 + text.length, 0)
      bytes.writeInt32BE(7, 4)
      bytes.write(text, 8)
      return bytes
    }
    const [first, second, third] = ['first', 'second', 'third'].map(answer)
    connection.processData(first)
    connection.processData(second)
    expect(payloads.map(String)).toEqual(['first', 'second'])
    payloads[1][0] = 'S'.charCodeAt(0)
    expect(second.toString('latin1', 8)).toBe('Second')
    expect(connection.chunks).toEqual([])
    connection.processData(third.subarray(0, 6))
    connection.processData(third.subarray(6))
    expect(String(payloads[2])).toBe('third')
  })

  it('greet a broker again that took the connection and did not answer', async () => {
    installGuards()
    const Broker = require('kafkajs/src/broker')
    const { KafkaJSRequestTimeoutError } = require('kafkajs/src/errors')
    const answers: (Error | { apiVersions: object[] })[] = [
      new KafkaJSRequestTimeoutError('Request ApiVersions timed out'),
      { apiVersions: [{ apiKey: 3, minVersion: 0, maxVersion: 9 }] },
    ]
    const connection = { getSupportAuthenticationProtocol: () => false, async authenticate() {} }
    const connectionPool = {
      ...{ host: 'k', port: 9092, connectionTimeout: 1000, setVersions() {} },
      isConnected: () => true, // its port is, from the beginning
      getConnection: async () => connection,
      async send() {
        const answer = answers.shift()
        if (answer instanceof Error) throw answer
        return answer
      },
    }
    const broker = new Broker({ connectionPool, logger: { namespace: () => silent } })
    await expect(broker.connect()).rejects.toMatchObject({
      name: 'KafkaJSConnectionError',
      message: 'the connection was taken and nobody answered',
    })
    expect(broker.isConnected()).toBe(false)
    await broker.connect()
    expect(broker.isConnected()).toBe(true)
    expect(answers).toEqual([])
    connectionPool.isConnected = () => false
    expect(broker.isConnected(), 'greeted, and gone').toBe(false)
  })

  it('wait for the versions of a broker as long as kafkajs says, for anything else as before', () => {
    installGuards()
    const RequestQueue = require('kafkajs/src/network/requestQueue')
    const queue = new RequestQueue({ logger: silent, requestTimeout: 15_000 })
    const patience = (apiName: string, requestTimeout: number | null) =>
      queue.createSocketRequest({ entry: { apiName }, requestTimeout }).requestTimeout
    expect(patience('ApiVersions', 5000)).toBe(5000)
    expect(patience('ApiVersions', null)).toBe(15_000)
    expect(patience('Fetch', 5000)).toBe(15_000)
    expect(patience('JoinGroup', 65_000)).toBe(65_000)
  })

  it('know which errors end a generation', () => {
    expect(isFencing(rebalancing('x'))).toBe(true)
    for (const type of ['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID']) {
      expect(isFencing(Object.assign(new Error(type), { type }))).toBe(true)
    }
    expect(isFencing(new Error('connection closed'))).toBe(false)
  })
})

describe('watchdog', () => {
  function open() {
    const clock = virtualClock(0)
    const given: string[] = []
    const watchdog = new Watchdog({
      clock,
      who: 'group tasks',
      staleAfterMs: 30_000,
      giveUpAfterMs: 180_000,
      giveUp: (error) => given.push(error.message),
    })
    return { clock, watchdog, given }
  }

  it('is content while fetches and heartbeats succeed', () => {
    const { clock, watchdog, given } = open()
    for (let i = 0; i < 100; i++) {
      watchdog.progress('fetch')
      watchdog.progress('heartbeat')
      clock.advance(10_000)
      expect(watchdog.reasons()).toEqual([])
    }
    expect(given).toEqual([])
  })

  it('says what stands still and why, and gives up once', () => {
    const { clock, watchdog, given } = open()
    watchdog.progress('fetch')
    watchdog.progress('heartbeat')
    clock.advance(20_000)
    watchdog.progress('fetch')
    watchdog.failed(new Error('coordinator not available'))
    clock.advance(15_000)
    const reason = 'group tasks: no heartbeat for 35 s (last error: coordinator not available)'
    expect(watchdog.reasons()).toEqual([reason])
    clock.advance(1_000_000)
    expect(given).toHaveLength(1)
    expect(given[0]).toContain('given up after 180 s')
  })

  it('watches a handler by its own age, and counts anew after it', async () => {
    const { clock, watchdog } = open()
    watchdog.progress('fetch')
    let release = () => {}
    const call = watchdog.during(
      'the handler of t/3',
      () => new Promise<void>((r) => (release = r)),
    )
    clock.advance(29_000)
    expect(watchdog.reasons()).toEqual([])
    clock.advance(11_000)
    expect(watchdog.reasons()).toEqual(['group tasks: the handler of t/3 has run for 40 s'])
    release()
    await call
    expect(watchdog.reasons()).toEqual([])
  })

  it('expects no heartbeat between two memberships, and nothing once stopped', () => {
    const { clock, watchdog, given } = open()
    watchdog.progress('heartbeat')
    watchdog.forget('heartbeat')
    clock.advance(60_000)
    expect(watchdog.reasons()).toEqual([])
    watchdog.progress('fetch')
    watchdog.stop()
    clock.advance(1_000_000)
    expect([watchdog.reasons(), given]).toEqual([[], []])
  })
})
