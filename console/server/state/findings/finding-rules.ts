// When assets that have something in common count as abnormal together, and when they no longer do.

/** So many abnormal assets make a finding; of a smaller group its half, if it has at least so many. */
const FEWEST = 15
const SMALL_GROUP = 8
const HALF = 0.5
/** Their share must be so many times the share elsewhere, which is never taken as smaller than this (demo assumption). */
const TIMES_USUAL = 5
const LEAST_USUAL = 0.01
/** Once found it stays until it is so far below what it took: at the edge it would come and go. */
const STAYS = 0.6

/** Of one group: so many abnormal, of those that have ever reported. */
export type GroupCount = { count: number; of: number }

/** How many abnormal assets it takes in a group of `of`, where `usual` is the share elsewhere; more than `of` = never. */
export function takes(of: number, usual: number): number {
  const fewest = of >= 2 * FEWEST ? FEWEST : of >= SMALL_GROUP ? Math.ceil(HALF * of) : of + 1
  return Math.max(fewest, Math.ceil(TIMES_USUAL * Math.max(usual, LEAST_USUAL) * of))
}

export const isFinding = ({ count, of }: GroupCount, usual: number): boolean =>
  count >= takes(of, usual)

/** Of a group that is one already. */
export const isStillFinding = ({ count, of }: GroupCount, usual: number): boolean =>
  count > 0 && count >= STAYS * takes(of, usual)

/** Most of it is abnormal, whatever goes on elsewhere. */
const isMostlyAbnormal = ({ count, of }: GroupCount): boolean =>
  of >= SMALL_GROUP && count >= HALF * of

/**
 * Share that is abnormal outside of the groups that are mostly so: what is usual at this time. Where those are half of
 * the domain, the whole is what goes on, and no group of it stands out.
 */
export function usualShare(groups: Iterable<GroupCount>, domain: GroupCount): number {
  if (domain.of === 0) return 0
  let { count, of } = domain
  for (const group of groups) {
    if (!isMostlyAbnormal(group)) continue
    count -= group.count
    of -= group.of
  }
  const isElsewhere = of > HALF * domain.of
  return isElsewhere ? count / of : domain.count / domain.of
}
