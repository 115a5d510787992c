// Lets go of what a component drew before: its parent's children keep the node of its first drawing, that one keeps its own
// children, and through children that stayed the same all drawings since would be kept, too (Preact 11.2).
import { options, type VNode } from 'preact'

/** Preact's own names for a node's component and children, and for a component's node. */
type DrawnNode = VNode & { __c?: { __v: DrawnNode } | null; __k?: unknown[] | null }

/** Call once, before the first drawing. */
export function releaseOldTrees(): void {
  const made = options.vnode
  options.vnode = (node: DrawnNode) => {
    made?.(node)
    // A component that is drawn again by itself: its node is a copy of the one before, and is its own when this turn ends.
    const old = node.__c?.__v
    if (!old) return
    queueMicrotask(() => {
      if (old.__c?.__v !== old) old.__k = null
    })
  }
}
