// A producer with other tools than ours: batches in LZ4, snappy, gzip and zstd, and transactions, committed and aborted.
import { randomUUID } from 'node:crypto'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { snappyCompress } from 'hysnappy'
import kafkajs, { type Producer } from 'kafkajs'

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs
const { GZIP, LZ4, Snappy, ZSTD } = CompressionTypes
const PACKED = [LZ4, Snappy, GZIP, ZSTD]
/** The broker ends what this one could not: nobody reads on before that. */
const TRANSACTION_TIMEOUT_MS = 2_000
/** Magic, independent blocks of 64 kB, and the checksum of that. */
const LZ4_HEADER = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82])
const LZ4_STORED = 0x8000_0000

export type Place = { topic: string; partition: number }
type Message = { key: Buffer; value: Buffer | null }

/** A frame of one block that is stored as it is: as good as any to a reader. */
function lz4Frame(bytes: Buffer): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32LE((bytes.length | LZ4_STORED) >>> 0)
  return Buffer.concat([LZ4_HEADER, size, bytes, Buffer.alloc(4)])
}

function installPackers(): void {
  const packer = (pack: (bytes: Buffer) => Uint8Array) => () => ({
    compress: async ({ buffer }: { buffer: Buffer }) => Buffer.from(pack(buffer)),
  })
  const codecs = CompressionCodecs as Record<number, unknown>
  codecs[LZ4] = packer(lz4Frame)
  codecs[Snappy] = packer((bytes) => snappyCompress(bytes))
  codecs[GZIP] = packer((bytes) => gzipSync(bytes))
  codecs[ZSTD] = packer((bytes) => zstdCompressSync(bytes))
}

/** Every call tells how many records were surely written; 0 where the broker was away. */
export function createStrangeWriter(brokers: string) {
  installPackers()
  const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING })
  let producer: Promise<Producer> | null = null
  let turn = 0

  async function connected(): Promise<Producer> {
    const made = kafka.producer({
      transactionalId: `foreign-${randomUUID()}`,
      transactionTimeout: TRANSACTION_TIMEOUT_MS,
      maxInFlightRequests: 1,
      idempotent: true,
    })
    await made.connect()
    return made
  }

  /** A broker that was away leaves a producer of transactions behind that is good for nothing. */
  async function attempt(write: (producer: Producer) => Promise<number>): Promise<number> {
    try {
      producer ??= connected()
      return await write(await producer)
    } catch {
      const broken = producer
      producer = null
      await (await broken?.catch(() => null))?.disconnect().catch(() => {})
      return 0
    }
  }

  return {
    /** One batch in a transaction, packed with each codec in turn: committed, or aborted every other time. */
    write({ topic, partition }: Place, messages: Message[]): Promise<number> {
      const isVoid = turn % 2 === 1
      const compression = PACKED[Math.floor(turn++ / 2) % PACKED.length]
      return attempt(async (client) => {
        const transaction = await client.transaction()
        const placed = messages.map((m) => ({ ...m, partition }))
        await transaction.send({ topic, compression, messages: placed })
        await (isVoid ? transaction.abort() : transaction.commit())
        return isVoid ? 0 : messages.length
      })
    },
    /** Markers behind the last record of every place, and nothing that anybody reads. */
    leaveMarkers(places: Place[]): Promise<number> {
      return attempt(async (client) => {
        const transaction = await client.transaction()
        const byTopic = Map.groupBy(places, (p) => p.topic)
        const topicMessages = [...byTopic].map(([topic, list]) => ({
          topic,
          messages: list.map(({ partition }) => ({ key: 'void', value: 'void', partition })),
        }))
        await transaction.sendBatch({ topicMessages })
        await transaction.abort()
        return places.length
      })
    },
    async close(): Promise<void> {
      await (await producer?.catch(() => null))?.disconnect()
    },
  }
}
