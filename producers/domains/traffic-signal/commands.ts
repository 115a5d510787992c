// What operators may order a junction, and by how much each order moves the delay (names after GA/T 1049).
import { Type } from 'typebox'
import { HOUR_MS, MINUTE_MS } from '../../../infra/time.ts'
import { durationArgument } from '../../simulation/command-args.ts'
import type { CommandDeclaration } from '../../simulation/declare.ts'

export const SWITCH_PLAN = 'signal.switch-plan'
export const GREEN_WAVE = 'signal.green-wave'
export const LOCK_STAGE = 'signal.lock-stage'
export const FLASH = 'signal.flash'
export const RESTORE = 'signal.restore'

const closed = { additionalProperties: false }
const duration = (first: string, least: string, most: string) =>
  durationArgument('持续时间 / for', first, { least, most })

const DELAY = { kpi: 'traffic-signal.delay', unit: 'reading', afterMs: 0 } as const

const switchPlan: CommandDeclaration = {
  name: SWITCH_PLAN,
  label: { zh: '切换方案', en: 'Switch plan' },
  args: Type.Object(
    { plan: Type.Integer({ title: '方案号 / plan', minimum: 1, default: 5 }) },
    closed,
  ),
  effect: {
    zh: '本周期结束后改用该固定方案，直到恢复自动。方案 5 按新流量配时，供 17–19 时使用：定时路口延误约降 5–15 %，自适应路口基本不变；其他时段或其他方案延误可能上升',
    en: 'After the running cycle this fixed plan holds until restored. Plan 5 is timed for newly counted flows of 17-19 h: then delay falls by some 5-15 % at fixed-time junctions and hardly changes at adaptive ones; at other hours, or with other plans, it may rise',
  },
  reach: 'cell',
  moves: [
    {
      ...DELAY,
      where: 'target',
      direction: 'down',
      least: 0,
      most: 0.16,
      when: {
        zh: '17–19 时，未与邻近路口协调的定时路口',
        en: '17-19 h, fixed-time junctions that do not run in step with neighbours',
      },
      forMs: HOUR_MS,
    },
  ],
}

const greenWave: CommandDeclaration = {
  name: GREEN_WAVE,
  label: { zh: '绿波', en: 'Green wave' },
  args: Type.Object({ for: duration('PT1H', 'PT5M', 'PT4H') }, closed),
  effect: {
    zh: '该路口所在干线全线（各片相邻路口）在数个周期内改为同一周期并按车速错开绿灯：平峰时，未协调的路段延误约降 5–15 %，已协调的不变；高峰接近饱和时变化不大；到时自动恢复',
    en: 'Along the whole road of this junction neighbours take a common cycle within a few cycles, greens set off by travel time: between the peaks delay falls by some 5-15 % where the road was not coordinated, and stays where it was; in the peaks little changes; ends by itself',
  },
  reach: 'group',
  group: 'corridor',
  moves: [
    {
      ...DELAY,
      where: 'reach',
      direction: 'down',
      least: 0.03,
      most: 0.15,
      when: {
        zh: '平峰，未协调的干线全线（含无相邻路口者）',
        en: 'Between the peaks, all of a road that was not coordinated, lone junctions on it included',
      },
      forMs: HOUR_MS,
    },
  ],
}

const lockStage: CommandDeclaration = {
  name: LOCK_STAGE,
  label: { zh: '锁定相位', en: 'Lock stage' },
  args: Type.Object(
    {
      stage: Type.Integer({ title: '相位号 / stage', minimum: 1, default: 1 }),
      for: duration('PT2M', 'PT15S', 'PT10M'),
    },
    closed,
  ),
  effect: {
    zh: '本周期结束后该相位持续绿灯：该方向排队清空，其余方向排队增长；到时自动恢复',
    en: 'After the running cycle this stage stays green: its queues clear while the others grow; ends by itself',
  },
  reach: 'cell',
  moves: [
    {
      ...DELAY,
      where: 'target',
      direction: 'up',
      least: 0.1,
      most: 0.6,
      when: { zh: '17–19 时', en: '17-19 h' },
      forMs: 30 * MINUTE_MS,
    },
  ],
}

const flash: CommandDeclaration = {
  name: FLASH,
  label: { zh: '黄闪', en: 'Flashing amber' },
  args: Type.Object({ for: duration('PT30M', 'PT1M', 'PT2H') }, closed),
  effect: {
    zh: '本周期结束后全部黄闪，车辆让行通过：车少时延误下降，车多时通行能力不足、排队增长',
    en: 'After the running cycle all lights flash and drivers give way: delay falls in light traffic; in heavy traffic capacity is short and queues grow',
  },
  reach: 'cell',
  moves: [
    {
      ...DELAY,
      where: 'target',
      direction: 'down',
      least: 0.8,
      most: 0.98,
      when: { zh: '0–5 时，未黄闪的路口', en: '0-5 h, junctions that do not flash by night' },
      forMs: 30 * MINUTE_MS,
    },
    {
      ...DELAY,
      where: 'target',
      direction: 'up',
      least: 0.8,
      most: 2.5,
      when: { zh: '17–19 时', en: '17-19 h' },
      forMs: 30 * MINUTE_MS,
    },
  ],
}

const restore: CommandDeclaration = {
  name: RESTORE,
  label: { zh: '恢复自动', en: 'Restore' },
  args: Type.Object({}, closed),
  effect: {
    zh: '本周期结束后恢复原控制方式；排队在数个周期内回落',
    en: 'After the running cycle the usual control returns; queues subside within a few cycles',
  },
  reach: 'cell',
  moves: [
    {
      ...DELAY,
      where: 'target',
      direction: 'down',
      least: 0.4,
      most: 0.8,
      when: {
        zh: '17–19 时，黄闪一刻钟后',
        en: '17-19 h, after a quarter of an hour of flashing amber',
      },
      forMs: HOUR_MS,
    },
  ],
}

export const commands: CommandDeclaration[] = [switchPlan, greenWave, lockStage, flash, restore]
