// What operators may do for sites without power: a generator to one, or an emergency supply to all of a feeder.
import { Type } from 'typebox'
import { HOUR_MS, MINUTE_MS } from '../../../infra/time.ts'
import { durationArgument } from '../../simulation/command-args.ts'
import type { CommandDeclaration } from '../../simulation/declare.ts'

export const DISPATCH_GENERATOR = 'site.dispatch-generator'
export const POWER_FEEDER = 'site.power-feeder'

const args = Type.Object(
  {
    for: durationArgument('供电时长 / power for', 'PT4H'),
  },
  { additionalProperties: false },
)

const AVAILABILITY = {
  kpi: 'five-g-site.availability',
  direction: 'up',
  unit: 'kpi',
  forMs: 2 * HOUR_MS,
} as const

const dispatchGenerator: CommandDeclaration = {
  name: DISPATCH_GENERATOR,
  label: { zh: '应急发电车', en: 'Dispatch a generator' },
  args,
  effect: {
    zh: '因停电退服的基站在发电车到场后（约 20 分钟）恢复，供电时长内不再因停电退服；传输中断的基站不受理',
    en: 'A site that is out for want of power returns once the generator has arrived (about 20 min) and loses no power for the time given; one without transmission is refused',
  },
  reach: 'asset',
  moves: [
    {
      ...AVAILABILITY,
      where: 'target',
      least: 0.6,
      most: 1,
      when: { zh: '因停电退服的基站', en: 'Sites that are out for want of power' },
      afterMs: 15 * MINUTE_MS,
    },
  ],
}

const powerFeeder: CommandDeclaration = {
  name: POWER_FEEDER,
  label: { zh: '馈线应急供电', en: 'Emergency power to a feeder' },
  args,
  effect: {
    zh: '该基站所在馈线停电时，中压发电车到场接入后（约 45 分钟）馈线上全部基站恢复市电，供电时长内不再因停电退服或降级；站内电源与传输故障不变',
    en: 'Where the feeder of this site has lost its mains, all sites on it have power again once the supply is connected (about 45 min), for the time given; failures of own power and of transmission stay',
  },
  reach: 'group',
  group: 'feeder',
  moves: [
    {
      ...AVAILABILITY,
      where: 'reach',
      least: 0.2,
      most: 0.8,
      when: { zh: '停电两小时后的馈线', en: 'Feeders two hours after they lost their mains' },
      afterMs: 30 * MINUTE_MS,
    },
  ],
}

export const commands: CommandDeclaration[] = [dispatchGenerator, powerFeeder]
