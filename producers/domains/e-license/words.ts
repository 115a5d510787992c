// Words for the codes in what service points report and are.
import type { FieldWords } from '../../simulation/declare.ts'

type Values = NonNullable<FieldWords['values']>

export const LICENCES: Values = {
  'identity-card': { zh: '居民身份证', en: 'identity card' },
  'household-register': { zh: '户口簿', en: 'household register' },
  'residence-permit': { zh: '居住证', en: 'residence permit' },
  'social-security-card': { zh: '社会保障卡', en: 'social security card' },
  'property-certificate': { zh: '不动产权证', en: 'property certificate' },
  'business-licence': { zh: '营业执照', en: 'business licence' },
  'food-business-permit': { zh: '食品经营许可证', en: 'food business permit' },
  'driving-licence': { zh: '驾驶证', en: 'driving licence' },
  'vehicle-licence': { zh: '行驶证', en: 'vehicle licence' },
  'boat-certificate': { zh: '船舶证书', en: 'boat certificate' },
  'marriage-certificate': { zh: '结婚证', en: 'marriage certificate' },
  'birth-certificate': { zh: '出生医学证明', en: 'birth certificate' },
  'disability-certificate': { zh: '残疾人证', en: 'disability certificate' },
  'construction-permit': { zh: '施工许可证', en: 'construction permit' },
}

export const PRESENTED_WORDS: Values = {
  'e-license': { zh: '电子证照', en: 'e-licence' },
  paper: { zh: '纸质证照', en: 'paper' },
  none: { zh: '未出示', en: 'nothing' },
}

export const OUTCOME_WORDS: Values = {
  accepted: { zh: '核验通过', en: 'accepted' },
  rejected: { zh: '核验未通过', en: 'rejected' },
  fallback: { zh: '改用其他方式办结', en: 'settled another way' },
}

export const POINT_ATTRIBUTES: Record<string, FieldWords> = {
  type: {
    label: { zh: '类型', en: 'Type' },
    values: {
      hall: { zh: '政务大厅', en: 'service hall' },
      counter: { zh: '窗口', en: 'counter' },
      'self-service': { zh: '自助终端', en: 'self-service terminal' },
      online: { zh: '网上办理', en: 'online' },
    },
  },
  organisation: { label: { zh: '主管单位', en: 'Run by' } },
}
