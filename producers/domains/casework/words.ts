// Words for the codes of cases and their units, in both languages.
import type { CaseKind, CaseOrigin, Duty, Noted } from './event.ts'

type Words = { zh: string; en: string }

export const DUTY_WORDS: Record<Duty, Words> = {
  road: { zh: '道路市政', en: 'road and municipal' },
  'power-telecom': { zh: '电力通信', en: 'power and telecom' },
  drainage: { zh: '排水', en: 'drainage' },
  order: { zh: '城管秩序', en: 'street order' },
  'public-health': { zh: '公共卫生', en: 'public health' },
  'e-government': { zh: '政务数据', en: 'e-government' },
}

export const KIND_WORDS: Record<CaseKind, Words> = {
  'road-damage': { zh: '路面破损', en: 'road damage' },
  facility: { zh: '市政设施', en: 'municipal facility' },
  power: { zh: '供电', en: 'power' },
  telecom: { zh: '通信', en: 'telecom' },
  ponding: { zh: '积水内涝', en: 'ponding' },
  drain: { zh: '管渠堵塞', en: 'blocked drain' },
  stopping: { zh: '违规停放', en: 'illegal stopping' },
  vending: { zh: '占道经营', en: 'street vending' },
  crowd: { zh: '人群聚集', en: 'crowd' },
  sanitation: { zh: '环境卫生', en: 'sanitation' },
  epidemic: { zh: '疫情处置', en: 'epidemic' },
  system: { zh: '政务系统', en: 'government system' },
  certificate: { zh: '证照办理', en: 'certificates' },
  other: { zh: '其他', en: 'other' },
}

export const ORIGIN_WORDS: Record<CaseOrigin, Words> = {
  patrol: { zh: '巡查上报', en: 'patrol' },
  hotline: { zh: '热线转办', en: 'hotline' },
  hand: { zh: '人工立案', en: 'by hand' },
  alert: { zh: '告警立案', en: 'alert' },
  rule: { zh: '规则立案', en: 'rule' },
}

export const NOTED_WORDS: Record<Noted, Words> = {
  note: { zh: '批注', en: 'note' },
  owner: { zh: '责任人', en: 'owner' },
  urgent: { zh: '加急', en: 'made urgent' },
  call: { zh: '市民催办', en: 'citizen called again' },
}
