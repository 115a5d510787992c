// Roads as nodes and edges: what the hand-drawn roads, the generated streets and the links between them grow into.
import type { Text } from '../../contract.ts'
import type { Point } from '../geo.ts'

export type RoadClass = 'trunk' | 'arterial' | 'collector' | 'local'

/** What is known of a road besides its way. */
export type RoadInfo = { class: RoadClass; name?: Text }

/** A way through the network: nodes in order, and the continuous line that it belongs to; `isDry` where it is known to touch no water. */
export type RoadWay = RoadInfo & { nodes: number[]; corridor: number; isDry?: boolean }

export class Network {
  /** Kilometres on the plane. */
  readonly nodes: Point[] = []
  readonly ways: RoadWay[] = []
  #corridors = 0

  addNode(x: number, y: number): number {
    this.nodes.push([x, y])
    return this.nodes.length - 1
  }

  nextCorridor(): number {
    return this.#corridors++
  }

  /** Group number of every node, by what is joined; nodes without a way are alone. */
  groups(): Int32Array {
    const parent = Int32Array.from(this.nodes, (_, i) => i)
    const root = (node: number): number => {
      let at = node
      while (parent[at] !== at) {
        parent[at] = parent[parent[at]]
        at = parent[at]
      }
      return at
    }
    for (const { nodes } of this.ways) {
      for (let k = 1; k < nodes.length; k++) {
        const [a, b] = [root(nodes[k - 1]), root(nodes[k])]
        if (a !== b) parent[Math.max(a, b)] = Math.min(a, b)
      }
    }
    return parent.map((_, node) => root(node))
  }
}
