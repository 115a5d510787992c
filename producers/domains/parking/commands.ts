// What operators may do about a lot: send its cars on, or lead them past it; and how much either moves its occupancy.
import { Type } from 'typebox'
import { HOUR_MS } from '../../../infra/time.ts'
import { durationArgument } from '../../simulation/command-args.ts'
import type { CommandDeclaration } from '../../simulation/declare.ts'

export const DIVERT = 'parking.divert'
export const GUIDE = 'parking.guide'

const duration = durationArgument('持续时间 / for', 'PT1H')

const USAGE = {
  kpi: 'parking.usage',
  unit: 'reading',
  afterMs: 0,
  forMs: HOUR_MS,
  when: { zh: '白天，已占九成以上的停车场', en: 'By day, a lot of which nine tenths are taken' },
} as const

const divert: CommandDeclaration = {
  name: DIVERT,
  label: { zh: '诱导分流', en: 'Divert arrivals' },
  args: Type.Object(
    {
      for: duration,
      share: Type.Number({
        title: '分流比例 / share of arrivals',
        minimum: 0.05,
        maximum: 1,
        default: 0.5,
      }),
    },
    { additionalProperties: false },
  ),
  effect: {
    zh: '按比例把前来的车辆引导到步行可达、尚有空位的其他停车场，几分钟后到达；附近没有则离开。本场入场减少，约一个平均停放时长内占用率下降；已在场车辆不受影响',
    en: 'That share of arriving cars is sent on to the nearest suitable lot with free spaces within a walk, where it arrives minutes later; where there is none it leaves. Entries fall, and within about one mean stay occupancy falls; cars inside stay',
  },
  reach: 'cell',
  moves: [{ ...USAGE, where: 'target', direction: 'down', least: 0.01, most: 0.1 }],
}

const guide: CommandDeclaration = {
  name: GUIDE,
  label: { zh: '停车诱导', en: 'Guide to free lots' },
  args: Type.Object({ for: duration }, { additionalProperties: false }),
  effect: {
    zh: '诱导屏提前显示本场将满，并指向步行可达、尚有空位的停车场，多数司机随即改道；附近没有空位的照常入场。仅限接入诱导屏的停车场；本场保留少量空位，已在场车辆不受影响',
    en: 'Its guidance signs say early that it is filling up and point to the nearest suitable lot with free spaces within a walk, and most drivers go there; where there is none they come as before. For lots on guidance signs only; some spaces stay free, cars inside stay',
  },
  reach: 'cell',
  moves: [{ ...USAGE, where: 'target', direction: 'down', least: 0.005, most: 0.08 }],
}

export const commands: CommandDeclaration[] = [divert, guide]
