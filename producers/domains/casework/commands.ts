// What an operator may do about cases: their arguments, and what each is expected to move.
import { Type } from 'typebox'
import { HOUR_MS } from '../../../infra/time.ts'
import type { Declaration } from '../../simulation/declare.ts'
import { CASE_KINDS, MOST_LETTERS } from './event.ts'

export const OPEN_CASE = 'case.open'
const NOTE_CASE = 'case.note'
export const ASSIGN_CASE = 'case.assign'
export const HURRY_CASE = 'case.hurry'
export const CLOSE_CASE = 'case.close'

const strict = { additionalProperties: false }
const line = `^[^\\n]{1,${MOST_LETTERS}}$`
/** Without it: the open case that came last, of those that the command can do something about. */
const which = Type.Optional(
  Type.String({
    title: '案件号 / case',
    description: '不填即最近一件可办的 / empty: the last to come that it fits',
    pattern: '^[0-9a-z-]{1,64}$',
  }),
)

export const commands: Declaration['commands'] = [
  {
    name: OPEN_CASE,
    label: { zh: '立案', en: 'Open a case' },
    args: Type.Object(
      {
        kind: Type.Enum([...CASE_KINDS], {
          type: 'string',
          title: '类别 / kind',
          default: 'other',
        }),
        urgent: Type.Boolean({ title: '紧急 / urgent', default: false }),
        note: Type.Optional(Type.String({ title: '说明 / note', pattern: line })),
        about: Type.Optional(
          Type.String({
            title: '关联 / about',
            description: '告警、热线件或设施的编号 / id of an alert, a hotline item or an asset',
            pattern: line,
          }),
        ),
        origin: Type.Optional(
          Type.Enum(['hand', 'alert', 'hotline'], {
            type: 'string',
            title: '来源 / origin',
            default: 'hand',
          }),
        ),
      },
      strict,
    ),
    effect: {
      zh: '该单位未结案件即刻 +1，直至结案；一支队伍被占用，本单位同时在办的案件可能排队，别处不变',
      en: 'Open cases of the unit and its district +1 at once until it is closed, registered +1; one crew more is taken, so other cases of this unit may wait up to its length; nowhere else changes',
    },
    reach: 'asset',
    moves: [
      {
        kpi: 'casework.open',
        where: 'target',
        direction: 'up',
        least: 0.4,
        most: 2,
        unit: 'kpi',
        when: { zh: '任何时候', en: 'At any time' },
        afterMs: 0,
        forMs: 2 * HOUR_MS,
      },
    ],
  },
  {
    name: NOTE_CASE,
    label: { zh: '批注', en: 'Note on a case' },
    args: Type.Object(
      {
        case: which,
        text: Type.String({ title: '内容 / text', pattern: line, default: '已到现场 · on site' }),
      },
      strict,
    ),
    effect: {
      zh: '案件留下批注，各项指标不变（±0）',
      en: 'The case carries the note; no reading changes (±0)',
    },
    reach: 'asset',
    moves: [],
  },
  {
    name: ASSIGN_CASE,
    label: { zh: '指定责任人', en: 'Assign a case' },
    args: Type.Object(
      {
        case: which,
        owner: Type.String({
          title: '责任人 / owner',
          pattern: line,
          default: '值班长 / duty officer',
        }),
      },
      strict,
    ),
    effect: {
      zh: '案件写明责任人，各项指标不变（±0）',
      en: 'The case carries its owner; no reading changes (±0)',
    },
    reach: 'asset',
    moves: [],
  },
  {
    name: HURRY_CASE,
    label: { zh: '加急', en: 'Make a case urgent' },
    args: Type.Object({ case: which }, strict),
    effect: {
      zh: '未派遣的 15 分钟内派遣，待处置的下一支空闲队伍先办：此件用时不增；按紧急时限考核，超期件可能 +1，同单位其他案件可能排队',
      en: 'Dispatched within 15 min of now if it was not, and next in line for a free crew: it takes no longer than before. Judged by the urgent limits: overdue +0 to +1; other cases of the unit may wait',
    },
    reach: 'asset',
    moves: [
      {
        kpi: 'casework.open',
        where: 'target',
        direction: 'down',
        least: -0.5,
        most: 0.7,
        unit: 'kpi',
        when: { zh: '有非紧急的未结案件', en: 'While a case is open that is not urgent' },
        afterMs: 0,
        forMs: 2 * HOUR_MS,
      },
      {
        kpi: 'casework.overdue',
        where: 'target',
        direction: 'up',
        least: 0,
        most: 1,
        unit: 'kpi',
        when: { zh: '有非紧急的未结案件', en: 'While a case is open that is not urgent' },
        afterMs: 0,
        forMs: 2 * HOUR_MS,
      },
    ],
  },
  {
    name: CLOSE_CASE,
    label: { zh: '结案', en: 'Close a case' },
    args: Type.Object({ case: which }, strict),
    effect: {
      zh: '已处置的案件免核查即刻结案：该单位未结案件 −1；未处置的不能结',
      en: 'A case that was handled is closed at once, unverified: open cases of the unit −1 until it would have closed by itself; one that was not handled is refused',
    },
    reach: 'asset',
    moves: [
      {
        kpi: 'casework.open',
        where: 'target',
        direction: 'down',
        least: 0,
        most: 1,
        unit: 'kpi',
        when: { zh: '案件已处置', en: 'The case was handled' },
        afterMs: 0,
        forMs: HOUR_MS / 2,
      },
    ],
  },
]
