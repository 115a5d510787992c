// Words for the sentinels' codes, in both languages.
import type { ResponseStage } from './event.ts'

type Words = { zh: string; en: string }

export const STAGE_WORDS: Record<ResponseStage, Words> = {
  sense: { zh: '监测', en: 'sense' },
  assess: { zh: '研判', en: 'assess' },
  deploy: { zh: '处置', en: 'deploy' },
  close: { zh: '结束', en: 'close' },
}

export const SENTINEL_KINDS: Record<string, Words> = {
  hospital: { zh: '医院发热门诊', en: 'fever clinic of a hospital' },
  community: { zh: '社区卫生服务中心', en: 'community health centre' },
}
