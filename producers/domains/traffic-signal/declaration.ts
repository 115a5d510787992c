// How traffic signals present themselves: labels, layer, states, fields and the operators' commands.
import { Type } from 'typebox'
import { MINUTE_MS } from '../../../infra/time.ts'
import type { Declaration } from '../../simulation/declare.ts'
import { measureOf } from '../../simulation/declare.ts'
import { type Cycle, cycleSchema } from './event.ts'
import { FRESH_MS, measures } from './measures.ts'

const { eq, field, ge, iff, text } = measureOf<Cycle>()

/** Degrees of saturation: above the first a stop line is nearly used up, above the second it cannot clear. */
const BUSY = 0.9
const OVER = 1.05

export const SWITCH_PLAN = 'signal.switch-plan'
export const GREEN_WAVE = 'signal.green-wave'
export const LOCK_STAGE = 'signal.lock-stage'
export const FLASH = 'signal.flash'
export const RESTORE = 'signal.restore'

const closed = { additionalProperties: false }
const duration = (description: string, value: string) =>
  Type.String({ title: '持续时间 / for', description, default: value })

export const declaration: Declaration = {
  domain: 'traffic-signal',
  label: { zh: '交通信号', en: 'Traffic signals' },
  asset: { zh: '路口', en: 'junction' },
  cityWide: false,
  // Cycles come when they end; this is how often the hub reports a junction that runs none.
  cadenceMs: MINUTE_MS,
  events: [
    {
      name: 'cycle',
      type: 'city.traffic-signal.cycle.v1',
      periodic: true,
      label: { zh: '周期结束', en: 'end of cycle' },
      schema: cycleSchema,
      fields: {
        mode: {
          label: { zh: '控制方式', en: 'Mode' },
          values: {
            adaptive: { zh: '自适应', en: 'adaptive' },
            fixed: { zh: '固定方案', en: 'fixed plan' },
            manual: { zh: '人工', en: 'manual' },
            flashing: { zh: '黄闪', en: 'flashing' },
            offline: { zh: '离线', en: 'offline' },
          },
        },
        plan: { label: { zh: '方案号', en: 'Plan' } },
        cycleS: { label: { zh: '周期', en: 'Cycle' }, unit: 's' },
        stages: { label: { zh: '相位绿灯', en: 'Green by stage' }, unit: 's' },
        volume: { label: { zh: '通过车辆', en: 'Vehicles served' }, unit: '{vehicle}' },
        queue: { label: { zh: '排队车辆', en: 'Queue' }, unit: '{vehicle}' },
        delayS: { label: { zh: '车均延误', en: 'Mean delay' }, unit: 's' },
        saturation: { label: { zh: '饱和度', en: 'Degree of saturation' }, unit: '1' },
      },
    },
  ],
  attributes: {
    class: {
      label: { zh: '道路等级', en: 'Road class' },
      values: {
        arterial: { zh: '主干路', en: 'arterial' },
        collector: { zh: '次干路', en: 'collector' },
        local: { zh: '支路', en: 'local' },
      },
    },
    approaches: { label: { zh: '进口数', en: 'Approaches' } },
    adaptive: { label: { zh: '可自适应', en: 'Adaptive control' } },
    vendor: { label: { zh: '设备厂商', en: 'Vendor' } },
    model: { label: { zh: '型号', en: 'Model' } },
    corridor: { label: { zh: '所属干线', en: 'Corridor' } },
    cabinet: { label: { zh: '通信机柜', en: 'Communications cabinet' } },
  },
  layer: {
    shape: 'diamond',
    order: 1,
    on: ['cycle'],
    states: [
      { code: 'clear', label: { zh: '畅通', en: 'clear' }, tone: 'normal' },
      { code: 'busy', label: { zh: '繁忙', en: 'busy' }, tone: 'normal' },
      { code: 'over', label: { zh: '过饱和', en: 'oversaturated' }, tone: 'warning' },
      { code: 'manual', label: { zh: '人工', en: 'manual' }, tone: 'muted' },
      { code: 'flashing', label: { zh: '黄闪', en: 'flashing' }, tone: 'warning' },
      { code: 'offline', label: { zh: '离线', en: 'offline' }, tone: 'offline' },
    ],
    state: iff(
      eq('mode', 'offline'),
      text('offline'),
      iff(
        eq('mode', 'flashing'),
        text('flashing'),
        iff(
          eq('mode', 'manual'),
          text('manual'),
          iff(
            ge('saturation', OVER),
            text('over'),
            iff(ge('saturation', BUSY), text('busy'), text('clear')),
          ),
        ),
      ),
    ),
    value: field('delayS'),
    valueScale: 10,
    valueLabel: { zh: '车均延误', en: 'Mean delay' },
    valueUnit: 's',
    freshForMs: FRESH_MS,
  },
  units: {
    '{vehicle}': { zh: '辆', en: 'vehicles' },
  },
  measures,
  commands: [
    {
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
    },
    {
      name: GREEN_WAVE,
      label: { zh: '绿波', en: 'Green wave' },
      args: Type.Object({ for: duration('ISO 8601 duration, PT5M to PT4H', 'PT1H') }, closed),
      effect: {
        zh: '本片同一道路的相邻路口在数个周期内改为同一周期并按车速错开绿灯：平峰时，未协调的道路延误约降 5–15 %，已协调的不变；高峰接近饱和时变化不大；到时自动恢复',
        en: 'Neighbouring junctions on the same road take a common cycle within a few cycles, greens set off by travel time: between the peaks delay falls by some 5-15 % where the road was not coordinated, and stays where it was; in the peaks little changes; ends by itself',
      },
    },
    {
      name: LOCK_STAGE,
      label: { zh: '锁定相位', en: 'Lock stage' },
      args: Type.Object(
        {
          stage: Type.Integer({ title: '相位号 / stage', minimum: 1, default: 1 }),
          for: duration('ISO 8601 duration, PT15S to PT10M', 'PT2M'),
        },
        closed,
      ),
      effect: {
        zh: '本周期结束后该相位持续绿灯：该方向排队清空，其余方向排队增长；到时自动恢复',
        en: 'After the running cycle this stage stays green: its queues clear while the others grow; ends by itself',
      },
    },
    {
      name: FLASH,
      label: { zh: '黄闪', en: 'Flashing amber' },
      args: Type.Object({ for: duration('ISO 8601 duration, PT1M to PT2H', 'PT30M') }, closed),
      effect: {
        zh: '本周期结束后全部黄闪，车辆让行通过：车少时延误下降，车多时通行能力不足、排队增长',
        en: 'After the running cycle all lights flash and drivers give way: delay falls in light traffic; in heavy traffic capacity is short and queues grow',
      },
    },
    {
      name: RESTORE,
      label: { zh: '恢复自动', en: 'Restore' },
      args: Type.Object({}, closed),
      effect: {
        zh: '本周期结束后恢复原控制方式；排队在数个周期内回落',
        en: 'After the running cycle the usual control returns; queues subside within a few cycles',
      },
    },
  ],
}
