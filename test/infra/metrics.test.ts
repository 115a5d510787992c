// Metrics and logger: what they print, and that two factories share nothing.
import { describe, expect, it } from 'vitest'
import { virtualClock } from '../../infra/clock.ts'
import { createLogger } from '../../infra/logger.ts'
import { createMemoryLog } from '../../infra/memory/memory-log.ts'
import { createMetrics, measureLag, meteredLog, watchBacklog } from '../../infra/metrics.ts'
import { nodeMajor, version } from '../../infra/version.ts'
import { createMember, records } from './recorder.ts'

describe('metrics', () => {
  it('counts what the log acknowledged, by topic, and not what it refused', async () => {
    const metrics = createMetrics({ defaults: false })
    const log = meteredLog(createMemoryLog(), metrics)
    await log.ensureTopics([{ name: 't', partitions: 1, cleanup: 'delete', maxMessageBytes: 100 }])
    await log.append('t', 0, records('a', 3))
    const large = { key: null, value: Buffer.alloc(200), timestamp: 0 }
    await expect(log.append('t', 0, [large])).rejects.toThrow()
    const text = await metrics.registry.metrics()
    expect(text).toContain('huacheng_records_appended_total{topic="t"} 3')
    expect(text).toContain('huacheng_bytes_appended_total{topic="t"} 24')
    await log.close()
  })

  it('counts bytes, not letters, headers included, and how long an acknowledgement took', async () => {
    const metrics = createMetrics({ defaults: false })
    const clock = virtualClock()
    const memory = createMemoryLog()
    const slow = {
      ...memory,
      append: async (...args: Parameters<typeof memory.append>) => {
        clock.advance(300)
        return memory.append(...args)
      },
    }
    const log = meteredLog(slow, metrics, clock)
    await log.ensureTopics([{ name: 't', partitions: 1, cleanup: 'delete' }])
    const headers: [string, Buffer | null][] = [['城', Buffer.from('市')]]
    await log.append('t', 0, [{ key: Buffer.from('花'), value: null, timestamp: 0, headers }])
    const text = await metrics.registry.metrics()
    expect(text).toContain('huacheng_bytes_appended_total{topic="t"} 9')
    expect(text).toContain('huacheng_append_seconds_bucket{le="0.25"} 0')
    expect(text).toContain('huacheng_append_seconds_bucket{le="0.5"} 1')
    await log.close()
  })

  it('shows what waits for the broker', async () => {
    const metrics = createMetrics({ defaults: false })
    const waiting = { records: 3, bytes: 700, oldestMs: 2500, error: null }
    watchBacklog(metrics, () => waiting)
    const text = await metrics.registry.metrics()
    expect(text).toContain('huacheng_backlog_records 3')
    expect(text).toContain('huacheng_backlog_bytes 700')
    expect(text).toContain('huacheng_backlog_age_seconds 2.5')
  })

  it('shows the lag of a group by topic', async () => {
    const metrics = createMetrics({ defaults: false })
    const log = createMemoryLog()
    await log.ensureTopics([{ name: 't', partitions: 2, cleanup: 'delete' }])
    const member = createMember()
    const joined = await log.group({ group: 'g', topics: ['t'], handler: member.handler })
    await log.append('t', 0, records('a', 2))
    await member.seen(2)
    await joined.close()
    await log.append('t', 0, records('a', 3))
    await log.append('t', 1, records('a', 4))
    await measureLag(log, 'g', metrics)
    expect(await metrics.registry.metrics()).toContain(
      'huacheng_lag_records{group="g",topic="t"} 7',
    )
    await log.close()
  })

  it('adds the process defaults, and keeps two factories apart', async () => {
    const one = createMetrics()
    const other = createMetrics()
    one.lag.set({ group: 'g', topic: 't' }, 5)
    expect(await one.registry.metrics()).toContain('process_resident_memory_bytes')
    expect(await other.registry.metrics()).not.toContain('topic="t"')
  })
})

describe('metrics that are kept elsewhere', () => {
  it('are read when the metrics are asked for', async () => {
    const metrics = createMetrics({ defaults: false })
    let stalls = 2
    metrics.watchTotal('stalls_total', 'Stalls', () => stalls)
    metrics.watchLevel('bytes', 'Bytes', () => 10 * stalls)
    expect(await metrics.registry.metrics()).toMatch(/stalls_total 2\n[\s\S]*bytes 20\n/)
    stalls = 3
    expect(await metrics.registry.metrics()).toMatch(/stalls_total 3\n[\s\S]*bytes 30\n/)
  })

  it('are the newest reader’s where a level is watched again', async () => {
    const metrics = createMetrics({ defaults: false })
    metrics.watchLevel('tasks', 'Tasks', () => 1)
    metrics.watchLevel('tasks', 'Tasks', () => 2)
    expect(await metrics.registry.metrics()).toMatch(/^tasks 2$/m)
  })
})

describe('logger', () => {
  function captured(level?: string) {
    const lines: string[] = []
    const to = { write: (line: string) => void lines.push(line) }
    return { logger: createLogger({ level, to }), lines }
  }

  it('writes JSON lines from its level on', () => {
    const { logger, lines } = captured('warn')
    logger.info('unheard')
    logger.warn({ topic: 't' }, 'heard')
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0])).toMatchObject({ level: 'warn', topic: 't', msg: 'heard' })
  })

  it('never writes a token or a password', () => {
    const { logger, lines } = captured()
    logger.info({
      token: 's3cret',
      sasl: { password: 's3cret' },
      req: { headers: { cookie: 's3cret' } },
    })
    expect(lines.join()).not.toContain('s3cret')
    expect(lines.join()).toContain('[not logged]')
  })

  it('refuses an unknown level and names the known ones', () => {
    expect(() => createLogger({ level: 'loud' })).toThrow(
      'log level: "loud", expected one of fatal',
    )
  })
})

describe('version', () => {
  it('is a version, on the Node that the package asks for', () => {
    expect(version).toMatch(/^\d+\.\d+\.\d+/)
    expect(nodeMajor).toBeGreaterThanOrEqual(24)
  })
})
