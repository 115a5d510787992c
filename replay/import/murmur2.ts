// Kafka's own hash of a key, so that a record lies in the partition in which its producer would have put it.

const SEED = 0x9747b28c
const M = 0x5bd1e995

/** Where Kafka's Java client, and those that agree with it, put this key. */
export function partitionOfKey(key: Buffer, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions
}

function murmur2(data: Buffer): number {
  let hash = SEED ^ data.length
  const whole = data.length & ~3
  for (let at = 0; at < whole; at += 4) {
    let k = Math.imul(data.readInt32LE(at), M)
    k ^= k >>> 24
    hash = Math.imul(hash, M) ^ Math.imul(k, M)
  }
  const rest = data.length - whole
  if (rest === 3) hash ^= data[whole + 2] << 16
  if (rest >= 2) hash ^= data[whole + 1] << 8
  if (rest >= 1) hash = Math.imul(hash ^ data[whole], M)
  hash = Math.imul(hash ^ (hash >>> 13), M)
  return hash ^ (hash >>> 15)
}
