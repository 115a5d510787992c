// IPv6 addresses on their way through kafkajs, and whether somebody answers at an address.
import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { realClock } from '../../../../infra/clock.ts'
import { createKafkaAdmin } from '../../../../infra/kafka/admin.ts'
import { disguised, reach, undisguised } from '../../../../infra/kafka/connection/socket.ts'

let server: Server
afterEach(() => new Promise((resolve) => server.close(resolve)))

/** Hangs up on everybody; `callers` are their addresses. */
async function listen(host: string) {
  const callers: string[] = []
  server = createServer((socket) => {
    callers.push(String(socket.remoteAddress))
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return { callers, port: (server.address() as { port: number }).port }
}

describe('bootstrap servers', () => {
  it('with an IPv6 address are called at that address, and named by it', async () => {
    const { callers, port } = await listen('::1')
    const broker = `[::1]:${port}`
    const admin = createKafkaAdmin({ connection: { brokers: [broker] }, retries: 0 })
    await expect(admin.cluster()).rejects.toThrow(
      `Kafka at ${broker}: the broker closed the connection`,
    )
    await admin.close()
    expect(callers).toContain('::1')
  })

  it('are what they were when the disguise comes off; others wear none', () => {
    for (const broker of ['[::1]:9092', '[2001:db8::a]:1']) {
      expect(disguised(broker).split(':')).toHaveLength(2)
      expect(undisguised(disguised(broker))).toBe(broker)
    }
    for (const broker of ['k:9092', '10.0.0.1:9092']) {
      expect(disguised(broker)).toBe(broker)
      expect(undisguised(broker)).toBe(broker)
    }
  })
})

describe('reach', () => {
  it('says nothing where somebody answers, and why where nobody does', async () => {
    const { port } = await listen('127.0.0.1')
    expect(await reach({ host: '127.0.0.1', port }, realClock, 5000)).toBeNull()
    expect(await reach({ host: 'kafka.invalid', port }, realClock, 30_000)).toMatch(
      /kafka\.invalid|no answer/,
    )
  })
})
