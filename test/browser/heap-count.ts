// What lies in a page's heap, by kind and name: for what must not pile up.
import type { CDPSession } from 'playwright-core'

type Snapshot = {
  snapshot: { meta: { node_fields: string[]; node_types: [string[], ...unknown[]] } }
  nodes: number[]
  strings: string[]
}

/** How many functions of this name are held, after a collection: one for each time that the code around it ran. */
export async function heldFunctions(debug: CDPSession, name: string): Promise<number> {
  const pieces: string[] = []
  const take = ({ chunk }: { chunk: string }) => pieces.push(chunk)
  debug.on('HeapProfiler.addHeapSnapshotChunk', take)
  await debug.send('HeapProfiler.collectGarbage')
  await debug.send('HeapProfiler.takeHeapSnapshot')
  debug.off('HeapProfiler.addHeapSnapshotChunk', take)
  const { snapshot, nodes, strings } = JSON.parse(pieces.join('')) as Snapshot
  const width = snapshot.meta.node_fields.length
  const closure = snapshot.meta.node_types[0].indexOf('closure')
  let held = 0
  for (let i = 0; i < nodes.length; i += width) {
    if (nodes[i] === closure && strings[nodes[i + 1]] === name) held++
  }
  return held
}
