// How 5G sites present themselves: labels, layer, states and fields.
import { MINUTE_MS } from '../../../infra/time.ts'
import { type Declaration, measureOf } from '../../simulation/declare.ts'
import { commands } from './commands.ts'
import { type SiteStatus, statusSchema } from './event.ts'
import { measures } from './measures.ts'

const { field } = measureOf<SiteStatus>()

const STATES: Declaration['layer']['states'] = [
  { code: 'on-air', label: { zh: '在服', en: 'on air' }, tone: 'normal' },
  { code: 'degraded', label: { zh: '降级', en: 'degraded' }, tone: 'warning' },
  { code: 'sleep', label: { zh: '节能休眠', en: 'asleep' }, tone: 'muted' },
  { code: 'out', label: { zh: '退服', en: 'out of service' }, tone: 'critical' },
]

/** Nobody's real name; a city's file may have other words. */
const OPERATORS = {
  A: { zh: '运营商甲', en: 'Operator A' },
  B: { zh: '运营商乙', en: 'Operator B' },
  C: { zh: '运营商丙', en: 'Operator C' },
  D: { zh: '运营商丁', en: 'Operator D' },
}

export const declaration: Declaration = {
  domain: 'five-g-site',
  label: { zh: '5G 基站', en: '5G sites' },
  asset: { zh: '基站', en: 'site' },
  cityWide: false,
  cadenceMs: 15 * MINUTE_MS,
  events: [
    {
      name: 'status',
      type: 'city.five-g-site.status.v1',
      periodic: true,
      label: { zh: '状态上报', en: 'status report' },
      schema: statusSchema,
      fields: {
        state: {
          label: { zh: '状态', en: 'State' },
          values: Object.fromEntries(STATES.map(({ code, label }) => [code, label])),
        },
        alarm: {
          label: { zh: '故障原因', en: 'Alarm' },
          values: {
            none: { zh: '无', en: 'none' },
            mains: { zh: '市电中断', en: 'mains lost' },
            power: { zh: '站内电源故障', en: 'own power lost' },
            transmission: { zh: '传输中断', en: 'transmission lost' },
            equipment: { zh: '设备故障', en: 'equipment trouble' },
          },
        },
        kind: {
          label: { zh: '类型', en: 'Kind' },
          values: { outdoor: { zh: '室外', en: 'outdoor' }, indoor: { zh: '室内', en: 'indoor' } },
        },
        shared: { label: { zh: '共建共享', en: 'Shared' } },
        operator: { label: { zh: '运营商', en: 'Operator' }, values: OPERATORS },
        loadPct: { label: { zh: 'PRB 利用率', en: 'PRB load' }, unit: '%' },
        users: { label: { zh: '在线用户', en: 'Connected users' }, unit: '{user}' },
      },
    },
  ],
  attributes: {
    setting: {
      label: { zh: '环境', en: 'Setting' },
      values: {
        office: { zh: '办公区', en: 'offices' },
        home: { zh: '居住区', en: 'homes' },
        transport: { zh: '交通枢纽', en: 'transport' },
        campus: { zh: '校园', en: 'campus' },
        industry: { zh: '工业区', en: 'industry' },
        town: { zh: '城镇', en: 'town' },
        rural: { zh: '乡村', en: 'rural' },
        country: { zh: '乡村', en: 'country' },
      },
    },
    feeder: {
      label: { zh: '供电馈线', en: 'Feeder' },
      together: { zh: '一处馈线断电', en: 'one feeder without power' },
    },
    vendor: { label: { zh: '设备厂商', en: 'Vendor' } },
    model: { label: { zh: '型号', en: 'Model' } },
  },
  layer: {
    shape: 'circle',
    order: 3,
    on: ['status'],
    states: STATES,
    state: field('state'),
    value: field('loadPct'),
    valueScale: 10,
    valueLabel: { zh: 'PRB 利用率', en: 'PRB load' },
    valueUnit: '%',
    freshForMs: 40 * MINUTE_MS,
  },
  units: {
    '{site}': { zh: '座', en: 'sites' },
    '{user}': { zh: '人', en: 'users' },
  },
  measures,
  commands,
}
