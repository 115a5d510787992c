// How far a value is from what is usual, in words.
import { compact } from '../../i18n/format.ts'
import { lang, t } from '../../i18n/i18n.ts'

/** Nearer than this to the usual value (or to it in percentage points) is as usual. */
const SAME = 0.005

/** Shares in percentage points, everything else in percent of usual; '' where usual says nothing. */
export function usualText(value: number, usual: number, unit: string): string {
  const difference = value - usual
  const isShare = unit === '1'
  if (!isShare && usual === 0) return ''
  const part = isShare ? difference : difference / Math.abs(usual)
  if (Math.abs(part) < (isShare ? SAME / 5 : SAME)) return t('usual.same')
  const amount = compact(Math.abs(part) * 100, lang.value, Math.abs(part) < 0.1 ? 1 : 0)
  const by = isShare ? t('usual.points', { n: amount }) : `${amount}%`
  return t(difference > 0 ? 'usual.above' : 'usual.below', { by })
}
