// Members that are no more and have not left: their successor on the same machine leaves the group for them.
import type { Logger } from '../../../logger.ts'
import { isGone, thisProcess } from '../../../program/process-name.ts'
import type { Membership } from '../../connection/guards.ts'

/**
 * A member that was killed holds its work until its session ends. When its successor comes before that, and can see that
 * it was a process of this very machine and is no more, it removes it. A mistake would cost one rebalance.
 */
export async function removeDeparted(
  membership: Membership,
  logger: Logger | undefined,
  who: string,
): Promise<void> {
  try {
    const here = thisProcess()
    for (const { memberId, clientId } of await membership.members()) {
      if (!isGone(clientId, here)) continue
      await membership.remove(memberId)
      logger?.info(`${who}: ${clientId} is no more; its work is free at once`)
    }
  } catch (error) {
    logger?.debug({ error: (error as Error).message }, `${who}: dead members wait for their end`)
  }
}
