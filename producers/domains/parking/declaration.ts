// How parking presents itself: labels, layer, states, fields and the operator's command.
import { Type } from 'typebox'
import { HOUR_MS, MINUTE_MS } from '../../../infra/time.ts'
import type { Declaration } from '../../simulation/declare.ts'
import { measureOf } from '../../simulation/declare.ts'
import { exitSchema, type LotState, lotSchema } from './event.ts'
import { FRESH_MS, measures } from './measures.ts'

const { ge, iff, mul, sub, text } = measureOf<LotState>()

/** Of the spaces, in percent: what drivers meet as "hard to find one" and "full". */
const BUSY_PCT = 80
const FULL_PCT = 97

const occupiedPct = mul('occupied', 100)

const lotLabels = {
  occupied: { label: { zh: '在场车辆', en: 'Cars inside' }, unit: '{car}' },
  capacity: { label: { zh: '泊位数', en: 'Spaces' }, unit: '{space}' },
  guided: { label: { zh: '接入诱导屏', en: 'On guidance signs' } },
}

export const DIVERT = 'parking.divert'

export const declaration: Declaration = {
  domain: 'parking',
  label: { zh: '停车场', en: 'Parking' },
  asset: { zh: '停车场', en: 'lot' },
  cityWide: false,
  cadenceMs: 5 * MINUTE_MS,
  events: [
    {
      name: 'entry',
      type: 'city.parking.entry.v1',
      periodic: false,
      label: { zh: '车辆入场', en: 'car in' },
      schema: lotSchema,
      fields: lotLabels,
    },
    {
      name: 'exit',
      type: 'city.parking.exit.v1',
      periodic: false,
      label: { zh: '车辆出场', en: 'car out' },
      schema: exitSchema,
      fields: { ...lotLabels, stayMin: { label: { zh: '停放时长', en: 'Stay' }, unit: 'min' } },
    },
    {
      name: 'status',
      type: 'city.parking.status.v1',
      periodic: true,
      label: { zh: '状态上报', en: 'status report' },
      schema: lotSchema,
      fields: lotLabels,
    },
  ],
  attributes: {
    type: {
      label: { zh: '类型', en: 'Type' },
      values: {
        office: { zh: '办公', en: 'offices' },
        home: { zh: '居住', en: 'homes' },
        mall: { zh: '商场', en: 'mall' },
        hospital: { zh: '医院', en: 'hospital' },
        transport: { zh: '交通枢纽', en: 'transport' },
        kerb: { zh: '路内泊位', en: 'kerbside' },
      },
    },
    operator: { label: { zh: '运营单位', en: 'Operator' } },
    shared: { label: { zh: '错时共享', en: 'Spaces shared by time of day' } },
    pricePerHour: { label: { zh: '每小时收费（元）', en: 'Price per hour (yuan)' } },
    dayCap: { label: { zh: '全天封顶（元）', en: 'Most per day (yuan)' } },
    chargers: { label: { zh: '充电桩数', en: 'EV chargers' } },
  },
  layer: {
    shape: 'square',
    order: 2,
    on: ['entry', 'exit', 'status'],
    states: [
      { code: 'free', label: { zh: '有空位', en: 'spaces free' }, tone: 'normal' },
      { code: 'busy', label: { zh: '较满', en: 'filling up' }, tone: 'normal' },
      { code: 'full', label: { zh: '已满', en: 'full' }, tone: 'warning' },
    ],
    state: iff(
      ge(occupiedPct, mul('capacity', FULL_PCT)),
      text('full'),
      iff(ge(occupiedPct, mul('capacity', BUSY_PCT)), text('busy'), text('free')),
    ),
    value: sub('capacity', 'occupied'),
    valueScale: 1,
    valueLabel: { zh: '空余泊位', en: 'Free spaces' },
    valueUnit: '{space}',
    freshForMs: FRESH_MS,
  },
  units: {
    '{space}': { zh: '个', en: 'spaces' },
    '{car}': { zh: '辆', en: 'cars' },
  },
  measures,
  commands: [
    {
      name: DIVERT,
      label: { zh: '诱导分流', en: 'Divert arrivals' },
      args: Type.Object(
        {
          for: Type.String({
            title: '持续时间 / for',
            description: 'ISO 8601 duration, PT1M to PT24H',
            default: 'PT1H',
          }),
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
      moves: [
        {
          kpi: 'parking.usage',
          where: 'target',
          direction: 'down',
          least: 0.02,
          most: 0.3,
          unit: 'reading',
          when: { zh: '白天', en: 'By day' },
          afterMs: 0,
          forMs: HOUR_MS,
        },
      ],
    },
  ],
}
