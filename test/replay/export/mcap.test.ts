// A recording as MCAP: as many messages per channel as records, in their bytes, by the reference reader with its index.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { McapIndexedReader } from '@mcap/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readValues } from '../../../commands/options/options.ts'
import { exportCommand } from '../../../commands/replay/export.ts'
import type { World } from '../../../commands/wiring/world.ts'
import { eventTimeOf } from '../../../replay/recording/member-index.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { recordSmallRun } from '../small-recording.ts'

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-mcap-'))
const folder = join(scratch, 'run')
const out = join(scratch, 'out')
let world: World
beforeAll(async () => {
  ;({ world } = await recordSmallRun(folder, 'gz'))
  await exportCommand.run(readValues(exportCommand, [folder, '--format', 'mcap', '--out', out]))
})
afterAll(() => rmSync(scratch, { recursive: true }))

test('holds each record with a value once: its bytes, place and times', async () => {
  const bytes = readFileSync(join(out, 'recording.mcap'))
  const reader = await McapIndexedReader.Initialize({
    readable: {
      size: async () => BigInt(bytes.length),
      read: async (at, size) => bytes.subarray(Number(at), Number(at + size)),
    },
    decompressHandlers: { zstd: (packed) => zstdDecompressSync(packed) },
  })
  const found = new Map<
    string,
    { data: Buffer; logTime: bigint; publishTime: bigint; type: string }
  >()
  for await (const message of reader.readMessages({ validateCrcs: true })) {
    const { metadata, schemaId } = reader.channelsById.get(message.channelId)!
    const place = `${metadata.get('topic')}/${metadata.get('partition')}/${message.sequence}`
    expect(found.has(place), place).toBe(false)
    const { logTime, publishTime } = message
    const type = schemaId === 0 ? '' : reader.schemasById.get(schemaId)!.name
    found.set(place, { data: Buffer.from(message.data), logTime, publishTime, type })
  }
  const declared = Object.keys(world.descriptor.declarations).map((domain) => `city.${domain}`)
  const recording = await Recording.open(folder)
  let count = 0
  for (const track of ['events', 'control'] as const) {
    for await (const records of recording.records(track)) {
      for (const { topic, partition, offset, timestamp, key, value } of records) {
        if (value === null) continue
        count++
        const message = found.get(`${topic}/${partition}/${offset}`)!
        expect(message.data.equals(value)).toBe(true)
        expect(message.logTime).toBe(BigInt(Math.round(timestamp)) * 1_000_000n)
        const time = eventTimeOf(value)
        if (time !== null) expect(message.publishTime).toBe(BigInt(time) * 1_000_000n)
        const isEvent = key !== null && declared.includes(topic)
        expect(message.type).toBe(isEvent ? JSON.parse(value.toString()).type : '')
      }
    }
  }
  await recording.close()
  expect(found.size).toBe(count)
  expect(reader.statistics!.messageCount).toBe(BigInt(count))
  expect(count).toBeGreaterThan(1000)
})

test('says what is lost', () => {
  const { leftOut } = JSON.parse(readFileSync(join(out, 'export.json'), 'utf8'))
  expect(leftOut.join('\n')).toMatch(/\d+ keys of records that are no events/)
})
