// Which events are followed to a sink: a share of all by a hash of the id, so that both ends agree without a word.

const OFFSET = 0x811c9dc5
const PRIME = 0x01000193

/** One of `every`; 1 = all. FNV-1a over the id's characters. */
export function isFollowed(id: string, every: number): boolean {
  if (every <= 1) return true
  let hash = OFFSET
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), PRIME)
  // The low bits of FNV alone are weak for ids that differ at the end.
  return ((hash ^ (hash >>> 15)) >>> 0) % every === 0
}
