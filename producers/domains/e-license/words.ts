// Words for the codes in what service points report and are.
import type { FieldWords } from '../../simulation/declare.ts'

type Values = NonNullable<FieldWords['values']>

export const LICENCES: Values = {
  'identity-card': { zh: '居民身份证', en: 'resident identity card' },
  'household-register': { zh: '居民户口簿', en: 'household register' },
  'residence-permit': { zh: '广东省居住证', en: 'Guangdong residence permit' },
  'social-security-card': { zh: '社会保障卡', en: 'social security card' },
  'property-certificate': { zh: '不动产权证书', en: 'real estate title certificate' },
  'business-licence': { zh: '营业执照', en: 'business licence' },
  'food-business-permit': { zh: '食品经营许可证', en: 'food business permit' },
  'driving-licence': { zh: '机动车驾驶证', en: 'driving licence' },
  'vehicle-licence': { zh: '机动车行驶证', en: 'vehicle licence' },
  'boat-certificate': { zh: '船舶国籍证书', en: 'certificate of vessel’s nationality' },
  'marriage-certificate': { zh: '结婚证', en: 'marriage certificate' },
  'birth-certificate': { zh: '出生医学证明', en: 'medical certificate of birth' },
  'disability-certificate': { zh: '残疾人证', en: 'disability certificate' },
  'senior-card': { zh: '老年人优待证', en: 'senior citizen’s card' },
  'land-planning-permit': { zh: '建设工程规划许可证', en: 'construction planning permit' },
  'construction-permit': { zh: '建筑工程施工许可证', en: 'construction permit' },
  'road-transport-permit': { zh: '道路运输经营许可证', en: 'road transport permit' },
}

export const PRESENTED_WORDS: Values = {
  'e-license': { zh: '电子证照', en: 'e-licence' },
  paper: { zh: '实体证照', en: 'paper or card' },
  upload: { zh: '上传材料', en: 'upload' },
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
      'district-hall': { zh: '区级政务服务中心', en: 'district service centre' },
      'street-hall': { zh: '镇街政务服务中心', en: 'street or town service centre' },
      community: { zh: '村居服务站', en: 'neighbourhood service station' },
      counter: { zh: '窗口', en: 'counter' },
      'self-service': { zh: '自助终端', en: 'self-service terminal' },
      app: { zh: '手机应用', en: 'mobile app' },
      'mini-program': { zh: '小程序', en: 'mini program' },
      website: { zh: '网站', en: 'website' },
    },
  },
  organisation: {
    label: { zh: '主管单位', en: 'Run by' },
    values: {
      city: { zh: '市政务服务和数据管理局', en: 'city bureau of government services and data' },
      district: {
        zh: '区政务服务和数据管理局',
        en: 'district bureau of government services and data',
      },
      street: { zh: '街道办事处（镇政府）', en: 'street office or town government' },
      neighbourhood: { zh: '居（村）民委员会', en: 'residents’ or villagers’ committee' },
      bank: { zh: '合作银行网点', en: 'partner bank branch' },
      metro: { zh: '交通枢纽', en: 'station or interchange' },
    },
  },
}
