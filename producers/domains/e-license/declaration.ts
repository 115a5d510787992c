// How e-licence service points present themselves: labels, layer, states, fields and the operator's command.
import { Type } from 'typebox'
import { HOUR_MS, MINUTE_MS } from '../../../infra/time.ts'
import { durationArgument } from '../../simulation/command-args.ts'
import type { Declaration } from '../../simulation/declare.ts'
import { measureOf } from '../../simulation/declare.ts'
import { type PointStatus, statusSchema, verificationSchema } from './event.ts'
import { measures } from './measures.ts'
import { LICENCES, OUTCOME_WORDS, POINT_ATTRIBUTES, PRESENTED_WORDS } from './words.ts'

export const PAPER_FALLBACK = 'licence.paper-fallback'

const { field, eq, iff, text } = measureOf<PointStatus>()

/** Nobody shows an e-licence where paper is asked for, and nobody goes without. */
const USAGE = {
  where: 'target',
  direction: 'down',
  unit: 'reading',
  when: { zh: '办公时间', en: 'In office hours' },
  afterMs: 0,
  forMs: HOUR_MS,
} as const

export const declaration: Declaration = {
  domain: 'e-license',
  label: { zh: '电子证照', en: 'E-licences' },
  asset: { zh: '服务点', en: 'service point' },
  cityWide: false,
  cadenceMs: 15 * MINUTE_MS,
  events: [
    {
      name: 'verification',
      type: 'city.e-license.verification.v1',
      periodic: false,
      label: { zh: '证照核验', en: 'verification' },
      schema: verificationSchema,
      fields: {
        channel: { label: { zh: '办理渠道', en: 'Channel' } },
        service: { label: { zh: '办理事项', en: 'Service' } },
        licence: { label: { zh: '证照', en: 'Licence' }, values: LICENCES },
        eligible: { label: { zh: '可用电子证照', en: 'E-licence possible' } },
        presented: { label: { zh: '出示方式', en: 'Presented' }, values: PRESENTED_WORDS },
        outcome: { label: { zh: '结果', en: 'Outcome' }, values: OUTCOME_WORDS },
        latencyMs: { label: { zh: '核验耗时', en: 'Latency' }, unit: 'ms' },
      },
    },
    {
      name: 'status',
      type: 'city.e-license.status.v1',
      periodic: true,
      label: { zh: '状态上报', en: 'status report' },
      schema: statusSchema,
      fields: {
        open: { label: { zh: '对外办理', en: 'Open' } },
        accepts: { label: { zh: '可核验电子证照', en: 'Accepts e-licences' } },
        onSite: { label: { zh: '现场办理', en: 'On site' } },
      },
    },
  ],
  attributes: POINT_ATTRIBUTES,
  layer: {
    shape: 'cross',
    order: 4,
    on: ['status'],
    states: [
      {
        code: 'accepting',
        label: { zh: '受理电子证照', en: 'accepts e-licences' },
        tone: 'normal',
      },
      { code: 'paper-only', label: { zh: '仅受理纸质', en: 'paper only' }, tone: 'muted' },
      { code: 'closed', label: { zh: '非办公时间', en: 'closed' }, tone: 'muted' },
    ],
    state: iff(
      eq('open', true),
      iff(eq('accepts', true), text('accepting'), text('paper-only')),
      text('closed'),
    ),
    value: iff(field('accepts'), 1, 0),
    valueScale: 1,
    valueLabel: { zh: '可核验电子证照', en: 'Accepts e-licences' },
    valueUnit: '1',
    freshForMs: 40 * MINUTE_MS,
  },
  units: {
    '{verification}': { zh: '次', en: 'checks' },
  },
  measures,
  commands: [
    {
      name: PAPER_FALLBACK,
      label: { zh: '降级纸质核验', en: 'Fall back to paper' },
      args: Type.Object(
        {
          for: durationArgument('降级时长 / fall back for', 'PT1H'),
        },
        { additionalProperties: false },
      ),
      effect: {
        zh: '该服务点在此期间改用纸质核验：用证率下降，办理不中断',
        en: 'The point verifies on paper for this long: usage falls, service goes on',
      },
      reach: 'asset',
      moves: [
        {
          ...USAGE,
          kpi: 'e-license.usage',
          least: 0.9,
          most: 1,
        },
        {
          ...USAGE,
          kpi: 'e-license.volume',
          least: 0,
          most: 0,
        },
      ],
    },
  ],
}
