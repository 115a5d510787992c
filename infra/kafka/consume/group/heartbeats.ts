// Heartbeats while a handler runs: kafkajs sends none then, and the coordinator would take the member for dead.
import type { Clock } from '../../../clock.ts'
import { HEARTBEAT_MS } from '../consumer-session.ts'
import type { Fence } from './fence.ts'

/** The returned function ends them. An answer that ends the generation raises the fence. */
export function keepAlive(clock: Clock, fence: Fence, heartbeat: () => Promise<void>): () => void {
  let isOver = false
  let cancel = () => {}
  const next = () => {
    cancel = clock.schedule(HEARTBEAT_MS, () => {
      heartbeat().then(
        () => isOver || next(),
        (error) => {
          fence.consider(error)
          if (!isOver) next() // a member that drains keeps its session by further heartbeats
        },
      )
    })
  }
  next()
  return () => {
    isOver = true
    cancel()
  }
}
