// The operator's orders to sentinels: a response at one of them, or at all of a district's.
import { Type } from 'typebox'
import { HOUR_MS, MINUTE_MS } from '../../../infra/time.ts'
import { durationArgument } from '../../simulation/command-args.ts'
import type { CommandDeclaration } from '../../simulation/declare.ts'

export const DEPLOY = 'health.deploy'
export const DEPLOY_DISTRICT = 'health.deploy-district'

type ResponseEffect = CommandDeclaration['moves'][number]

const args = Type.Object(
  {
    for: durationArgument('处置时长 / deploy for', 'PT12H'),
  },
  { additionalProperties: false },
)

/** As `deploy` of the seeds says: half of the additional visits, after an hour and a half. */
const EFFECT_AFTER_MS = 90 * MINUTE_MS
const fewerFeverVisits: Omit<ResponseEffect, 'where' | 'least' | 'most'> = {
  kpi: 'health-sentinel.fever-visits',
  direction: 'down',
  unit: 'reading',
  when: {
    zh: '开诊时段，疫情使发热就诊至少翻倍时',
    en: 'in the hours of surgery, while illness at least doubles the visits with fever there',
  },
  afterMs: EFFECT_AFTER_MS,
  forMs: 6 * HOUR_MS,
}
const deployed: Omit<ResponseEffect, 'where' | 'most'> = {
  kpi: 'health-sentinel.deployed',
  direction: 'up',
  // One in twenty-five falls silent on a day, and is not counted then.
  least: 0.9,
  unit: 'kpi',
  when: { zh: '尚未处置时', en: 'where no response is under way' },
  afterMs: 0,
  forMs: HOUR_MS,
}

export const commands: CommandDeclaration[] = [
  {
    name: DEPLOY,
    label: { zh: '启动处置', en: 'Deploy the response' },
    args,
    effect: {
      zh: '该哨点进入处置阶段（分诊、采样、流调、社区告知）：约 90 分钟后，疫情带来的额外发热就诊减半，直到处置结束；平常的就诊不变。近 24 小时的流感样占比随后一天内回落',
      en: 'The sentinel goes to the stage deploy (triage, samples, tracing, advice to the neighbourhood): after some 90 min the additional visits with fever fall by half until it ends, the usual ones stay; the share of the last 24 h follows within a day',
    },
    reach: 'asset',
    moves: [
      { ...deployed, where: 'target', most: 1 },
      // A health centre sees some ten such visits in these hours: by chance none of those who stay away may be among them.
      { ...fewerFeverVisits, where: 'target', least: 0, most: 0.6 },
    ],
  },
  {
    name: DEPLOY_DISTRICT,
    label: { zh: '全区启动处置', en: 'Deploy in the district' },
    args,
    effect: {
      zh: '该哨点所在区的全部哨点进入处置阶段：约 90 分钟后，疫情带来的额外发热就诊减半，直到处置结束；平常的就诊不变，其他区不变',
      en: 'All sentinels of the district go to the stage deploy: after some 90 min the additional visits with fever fall by half until it ends; the usual ones stay, and so do other districts',
    },
    reach: 'group',
    group: 'team',
    moves: [
      { ...deployed, where: 'reach', most: 60 },
      { ...fewerFeverVisits, where: 'reach', least: 0.15, most: 0.5 },
    ],
  },
]
