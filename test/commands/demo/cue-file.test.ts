// The file of a prepared cue, and the log in it: what was written comes back, and anything else is refused in words.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readCue, writeCue } from '../../../commands/demo/prepared/cue-file.ts'
import { cueKey } from '../../../commands/demo/prepared/cue-key.ts'
import { bytesOfLog, logOfBytes } from '../../../commands/demo/prepared/log-bytes.ts'
import { virtualClock } from '../../../infra/clock.ts'
import type { LogRecord, NewRecord, TopicSpec } from '../../../infra/event-log/event-log.ts'
import { readRange } from '../../../infra/event-log/log-range.ts'
import { createMemoryLog, type MemoryLog } from '../../../infra/memory/memory-log.ts'
import type { Descriptor } from '../../../producers/contract/records.ts'

const folder = mkdtempSync(join(tmpdir(), 'huacheng-cue-file-'))
afterAll(() => rmSync(folder, { recursive: true }))
const clock = virtualClock()
const owner = { key: '0123456789abcdef', at: Date.parse('2025-06-11T09:00:00Z') }
const bytes = { kernel: Buffer.from('the kernel'), log: Buffer.from('the log '.repeat(99)) }

describe('the file of a prepared cue', () => {
  const path = join(folder, 'a.cue')

  it('gives back what was written, and nothing else lies beside it', async () => {
    expect(await writeCue(path, owner, bytes)).toBe(readFileSync(path).length)
    expect(await readCue(path, owner, clock)).toEqual(bytes)
    expect(readdirSync(folder)).toEqual(['a.cue'])
  })

  it('is refused wherever it is cut off, and whichever bit is another', async () => {
    const whole = readFileSync(path)
    const broken = join(folder, 'b.cue')
    for (let at = 0; at < whole.length; at++) {
      writeFileSync(broken, whole.subarray(0, at))
      await expect(readCue(broken, owner, clock), `cut at ${at}`).rejects.toThrow(/prepared again/)
      const flipped = Buffer.from(whole)
      flipped[at] ^= 1 << (at % 8)
      writeFileSync(broken, flipped)
      await expect(readCue(broken, owner, clock), `bit of ${at}`).rejects.toThrow(/prepared again/)
    }
    rmSync(broken)
  })

  it.each([
    ['another city', { ...owner, key: 'f'.repeat(16) }, /got one of 0123|one of 0123456789abcdef/],
    ['another time', { ...owner, at: owner.at + 60_000 }, /at 2025-06-11T09:00:00/],
  ])('is refused where it is of %s', async (_, other, said) => {
    await expect(readCue(path, other, clock)).rejects.toThrow(said)
  })

  it('leaves nothing behind where it cannot be written', async () => {
    const there = join(folder, 'c.cue')
    rmSync(there, { recursive: true, force: true })
    await expect(writeCue(join(folder, 'no', 'd.cue'), owner, bytes)).rejects.toThrow(/ENOENT/)
    expect(readdirSync(folder)).toEqual(['a.cue'])
  })
})

describe('the log in it', () => {
  const specs: TopicSpec[] = [
    { name: 'events', partitions: 2, cleanup: 'delete', retain: 'events' },
    { name: 'newest', partitions: 1, cleanup: 'compact', retain: { records: 40 } },
    { name: 'last', partitions: 1, cleanup: 'delete', retain: { records: 10 } },
    { name: 'empty', partitions: 1, cleanup: 'delete', retain: { records: 10 } },
  ]
  const names = specs.map(({ name }) => name)

  async function contents(log: MemoryLog) {
    const found: Record<string, unknown> = {}
    for (const topic of names) {
      for (const { partition, earliest, latest } of await log.offsets(topic)) {
        const records: LogRecord[] = []
        for await (const some of readRange(log, { topic, partition })) records.push(...some)
        found[`${topic}/${partition}`] = { earliest, latest, records }
      }
    }
    return found
  }

  async function filled() {
    const log = createMemoryLog({ clock, eventBytes: 64 * 1024 })
    await log.ensureTopics(specs)
    for (let i = 0; i < 1_000; i++) {
      const key = i % 5 === 0 ? null : Buffer.from(`key ${i % 37}`)
      const value = i % 11 === 0 ? null : Buffer.from(`value ${i} `.repeat(1 + (i % 13)))
      const record: NewRecord = { key, value, timestamp: 1_000 + i }
      if (i % 7 === 0)
        record.headers = [
          ['name', Buffer.from(`${i}`)],
          ['none', null],
        ]
      await log.append('events', i % 2, [record])
      await log.append('newest', 0, [record])
      await log.append('last', 0, [record])
    }
    log.skip('last', 0, 3)
    return log
  }

  it('holds the same records at the same offsets, and goes on and forgets alike', async () => {
    const log = await filled()
    const again = await logOfBytes(bytesOfLog(log, names), specs, clock)
    const before = await contents(log)
    expect(Number((before['events/0'] as { earliest: bigint }).earliest)).toBeGreaterThan(0)
    expect(await contents(again)).toEqual(before)
    for (const one of [log, again]) {
      for (let i = 0; i < 60; i++) {
        const key = Buffer.from(`key ${i % 50}`)
        const record: NewRecord = { key, value: Buffer.from('new'), timestamp: 5_000 + i }
        await one.append('newest', 0, [record])
        await one.append('last', 0, [record])
      }
    }
    const [expected, got] = [await contents(log), await contents(again)]
    for (const lane of ['newest/0', 'last/0', 'empty/0']) expect(got[lane]).toEqual(expected[lane])
  })
})

describe('the key of a prepared city', () => {
  const descriptor = { run: 'r-0123456789ab', speed: 60, seed: 1 } as Descriptor

  it('is the same at any speed and with other cues, and another for another run', () => {
    const key = cueKey(descriptor)
    const cues = [{ at: '2025-06-11T09:00:00Z' }] as Descriptor['cues']
    expect(cueKey({ ...descriptor, speed: 1, cues })).toBe(key)
    expect(cueKey({ ...descriptor, seed: 2 })).not.toBe(key)
  })
})
