// Where Kafka's default partitioner puts a key: murmur2, as Java's client and the ports of it compute it.

const SEED = 0x9747b28c
const M = 0x5bd1e995

export function partitionOf(key: Buffer, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions
}

function murmur2(data: Buffer): number {
  const { length } = data
  let h = SEED ^ length
  const whole = length & ~3
  for (let i = 0; i < whole; i += 4) {
    let k = Math.imul(data.readInt32LE(i), M)
    k = Math.imul(k ^ (k >>> 24), M)
    h = Math.imul(h, M) ^ k
  }
  const rest = length - whole
  if (rest === 3) h ^= data[whole + 2] << 16
  if (rest >= 2) h ^= data[whole + 1] << 8
  if (rest >= 1) h = Math.imul(h ^ data[whole], M)
  h = Math.imul(h ^ (h >>> 13), M)
  return h ^ (h >>> 15)
}
