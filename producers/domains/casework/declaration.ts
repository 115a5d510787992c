// How cases and their units present themselves: labels, layer, states, fields.
import { MINUTE_MS } from '../../../infra/time.ts'
import { type Declaration, measureOf } from '../../simulation/declare.ts'
import { commands, OPEN_CASE } from './commands.ts'
import {
  closedSchema,
  dispatchedSchema,
  handledSchema,
  notedSchema,
  registeredSchema,
  statusSchema,
  type UnitState,
  verifiedSchema,
} from './event.ts'
import { FRESH_MS, measures } from './measures.ts'
import { DUTY_WORDS, KIND_WORDS, NOTED_WORDS, ORIGIN_WORDS } from './words.ts'

const { eq, field, gt, iff, mul, text } = measureOf<UnitState>()

const unitLabels = {
  open: { label: { zh: '未结', en: 'Open' }, unit: '{case}' },
  overdue: { label: { zh: '超期', en: 'Overdue' }, unit: '{case}' },
  free: { label: { zh: '空闲队伍', en: 'Free crews' }, unit: '{crew}' },
}
const caseLabels = {
  ...unitLabels,
  case: { label: { zh: '案件号', en: 'Case' } },
  kind: { label: { zh: '类别', en: 'Kind' }, values: KIND_WORDS },
  origin: { label: { zh: '来源', en: 'Origin' }, values: ORIGIN_WORDS },
  urgent: { label: { zh: '紧急', en: 'Urgent' } },
  due: { label: { zh: '时限', en: 'Due' } },
}
const minutesLabel = (zh: string, en: string) => ({ label: { zh, en }, unit: 'min' })
const tookMin = minutesLabel('自立案用时', 'Since its opening')
const inTime = { label: { zh: '按期', en: 'In time' } }
const note = { label: { zh: '说明', en: 'Note' } }

const event = (
  name: string,
  label: { zh: string; en: string },
  rest: Pick<Declaration['events'][number], 'schema' | 'fields'>,
  periodic = false,
) => ({ name, type: `city.casework.${name}.v1`, periodic, label, ...rest })

export const declaration: Declaration = {
  domain: 'casework',
  label: { zh: '城管案件', en: 'Cases' },
  asset: { zh: '处置队伍', en: 'handling unit' },
  cityWide: false,
  cadenceMs: 5 * MINUTE_MS,
  events: [
    event(
      'registered',
      { zh: '立案', en: 'case registered' },
      {
        schema: registeredSchema,
        fields: { ...caseLabels, about: { label: { zh: '关联', en: 'About' } }, note },
      },
    ),
    event(
      'dispatched',
      { zh: '派遣', en: 'case dispatched' },
      { schema: dispatchedSchema, fields: { ...caseLabels, tookMin, inTime } },
    ),
    event(
      'handled',
      { zh: '处置', en: 'case handled' },
      {
        schema: handledSchema,
        fields: {
          ...caseLabels,
          tookMin,
          waitedMin: minutesLabel('等待队伍', 'Waited for a crew'),
          travelMin: minutesLabel('路途', 'On the way'),
          workMin: minutesLabel('作业', 'At work'),
        },
      },
    ),
    event(
      'verified',
      { zh: '核查', en: 'case verified' },
      {
        schema: verifiedSchema,
        fields: { ...caseLabels, tookMin, passed: { label: { zh: '通过', en: 'Passed' } } },
      },
    ),
    event(
      'closed',
      { zh: '结案', en: 'case closed' },
      { schema: closedSchema, fields: { ...caseLabels, tookMin, inTime } },
    ),
    event(
      'noted',
      { zh: '备注', en: 'noted on a case' },
      {
        schema: notedSchema,
        fields: {
          ...caseLabels,
          noted: { label: { zh: '事项', en: 'What' }, values: NOTED_WORDS },
          owner: { label: { zh: '责任人', en: 'Owner' } },
          note,
        },
      },
    ),
    event(
      'status',
      { zh: '状态上报', en: 'status report' },
      { schema: statusSchema, fields: unitLabels },
      true,
    ),
  ],
  attributes: {
    duty: { label: { zh: '职责', en: 'Duty' }, values: DUTY_WORDS },
    crews: { label: { zh: '队伍数', en: 'Crews' }, unit: '{crew}' },
  },
  layer: {
    shape: 'wedge',
    order: 6,
    on: ['registered', 'dispatched', 'handled', 'verified', 'closed', 'noted', 'status'],
    states: [
      { code: 'clear', label: { zh: '无案件', en: 'no case' }, tone: 'muted' },
      { code: 'at-work', label: { zh: '处置中', en: 'at work' }, tone: 'normal' },
      { code: 'stretched', label: { zh: '队伍全忙', en: 'no crew free' }, tone: 'warning' },
      { code: 'behind', label: { zh: '超期较多', en: 'behind' }, tone: 'critical' },
    ],
    // Behind: more than a fifth of what is open is past its limit.
    state: iff(
      gt(mul('overdue', 5), field('open')),
      text('behind'),
      iff(eq('open', 0), text('clear'), iff(eq('free', 0), text('stretched'), text('at-work'))),
    ),
    value: field('open'),
    valueScale: 1,
    valueLabel: { zh: '未结', en: 'Open' },
    valueUnit: '{case}',
    freshForMs: FRESH_MS,
  },
  items: {
    label: { zh: '未结案件', en: 'Open cases' },
    id: 'case',
    ends: ['closed'],
    notes: ['noted'],
    due: 'due',
    shows: ['kind', 'urgent', 'owner', 'note', 'about'],
    opens: { command: OPEN_CASE, about: 'about', note: 'note', args: { origin: 'alert' } },
  },
  units: { '{case}': { zh: '件', en: 'cases' }, '{crew}': { zh: '队', en: 'crews' } },
  measures,
  commands,
}
