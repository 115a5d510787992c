// What is counted about e-licences (design.md §6).
import { MINUTE_MS } from '../../../infra/time.ts'
import { type Measure, measureOf } from '../../simulation/declare.ts'
import type { PointStatus, Verification } from './event.ts'

const verification = measureOf<Verification>()
const status = measureOf<PointStatus>()

const { and, eq, iff } = verification

export const measures: Measure[] = [
  {
    name: 'usage',
    label: { zh: '电子证照用证率', en: 'E-licence usage' },
    short: { zh: '用证率', en: 'E-licence use' },
    rule: {
      zh: '可用电子证照的核验中，出示电子证照且通过的笔数占比',
      en: 'Of the verifications where an e-licence may be used, the share that presented one and was accepted',
    },
    kind: 'ratio',
    on: ['verification'],
    unit: '1',
    decimals: 0,
    used: iff(
      and(eq('eligible', true), eq('presented', 'e-license'), eq('outcome', 'accepted')),
      1,
      0,
    ),
    of: iff(eq('eligible', true), 1, 0),
    good: 'up',
    headline: 7,
  },
  {
    name: 'volume',
    label: { zh: '证照核验笔数', en: 'Licence verifications' },
    short: { zh: '今日办件', en: 'Verifications' },
    rule: { zh: '全部核验的笔数', en: 'Number of verifications of any kind' },
    kind: 'count',
    on: ['verification'],
    unit: '{verification}',
    decimals: 0,
    value: 1,
    good: null,
    headline: 8,
  },
  {
    name: 'coverage',
    label: { zh: '电子证照受理覆盖率', en: 'Service points that accept e-licences' },
    short: { zh: '受理覆盖', en: 'Points accepting' },
    rule: {
      zh: '最近 40 分钟内上报且可核验电子证照的现场服务点 ÷ 规划数（下班不影响，网上办理不计）',
      en: 'Service points on site that reported within 40 min and can verify e-licences / planned number, open or closed; online services are not counted',
    },
    kind: 'share',
    on: ['status'],
    unit: '1',
    decimals: 0,
    counts: status.and(status.eq('accepts', true), status.eq('onSite', true)),
    freshForMs: 40 * MINUTE_MS,
    good: 'up',
  },
]
