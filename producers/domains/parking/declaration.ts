// How parking presents itself: labels, layer, states and fields.
import { MINUTE_MS } from '../../../infra/time.ts'
import type { Declaration } from '../../simulation/declare.ts'
import { measureOf } from '../../simulation/declare.ts'
import { commands } from './commands.ts'
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
  commands,
}
