// Words for the hotline's codes, in both languages.
import type { Category } from './event.ts'

type Words = { zh: string; en: string }

export const CATEGORY_WORDS: Record<Category, Words> = {
  traffic: { zh: '交通出行', en: 'traffic' },
  housing: { zh: '住房物业', en: 'housing' },
  'street-order': { zh: '城市管理', en: 'street order' },
  services: { zh: '政务服务', en: 'public services' },
  environment: { zh: '生态环境', en: 'environment' },
  consumer: { zh: '消费维权', en: 'consumer rights' },
  labour: { zh: '劳动社保', en: 'labour' },
  other: { zh: '其他', en: 'other' },
}

export const CHANNEL_WORDS: Record<'phone' | 'internet', Words> = {
  phone: { zh: '电话', en: 'phone' },
  internet: { zh: '互联网', en: 'internet' },
}

export const UNIT_KINDS: Record<string, Words> = {
  street: { zh: '街镇', en: 'street or town' },
  bureau: { zh: '区直部门', en: 'district bureau' },
}
