// How traffic signals present themselves: labels, layer, states and fields.
import { MINUTE_MS } from '../../../infra/time.ts'
import type { Declaration } from '../../simulation/declare.ts'
import { measureOf } from '../../simulation/declare.ts'
import { commands } from './commands.ts'
import { type Cycle, cycleSchema } from './event.ts'
import { FRESH_MS, measures } from './measures.ts'

const { eq, field, ge, iff, text } = measureOf<Cycle>()

/** Degrees of saturation: above the first a stop line is nearly used up, above the second it cannot clear. */
const BUSY = 0.9
const OVER = 1.05

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
            closed: { zh: '道路封闭', en: 'road closed' },
          },
        },
        plan: { label: { zh: '方案号', en: 'Plan' } },
        cycleS: { label: { zh: '周期', en: 'Cycle' }, unit: 's' },
        stages: {
          label: { zh: '相位绿灯', en: 'Green by stage' },
          unit: 's',
          bars: { each: { zh: '相位', en: 'Stage' }, by: 'no', size: 'greenS' },
        },
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
    cabinet: {
      label: { zh: '通信机柜', en: 'Communications cabinet' },
      together: { zh: '一处通信机柜失联', en: 'one communications cabinet cut off' },
    },
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
      { code: 'closed', label: { zh: '封闭', en: 'closed' }, tone: 'warning' },
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
            eq('mode', 'closed'),
            text('closed'),
            iff(
              ge('saturation', OVER),
              text('over'),
              iff(ge('saturation', BUSY), text('busy'), text('clear')),
            ),
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
    '{vehicle}.h': { zh: '车·小时', en: 'vehicle-hours' },
  },
  measures,
  commands,
}
