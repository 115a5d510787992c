// A brief's own words in both languages, and how it writes numbers and times; what things are called travels with the run.
import type { Status } from '../../processor/contract/types.ts'
import type { Severity, Text } from '../../seeds/contract.ts'

export type BriefLanguage = keyof Text

const ZONE = 'Asia/Shanghai'
const LOCALES: Record<BriefLanguage, string> = { zh: 'zh-CN', en: 'en-GB' }

/** From here on a number is written in words: 2970亿, 297B. */
const SHORT_FROM = 1_000_000

const STATUS: Record<Status, Text> = {
  met: { zh: '达成', en: 'met' },
  ahead: { zh: '超前', en: 'ahead' },
  'on-track': { zh: '按规划', en: 'on track' },
  behind: { zh: '落后', en: 'behind' },
  missed: { zh: '到期未达', en: 'missed' },
  'no-data': { zh: '无数据', en: 'no data' },
  'warming-up': { zh: '预热中', en: 'warming up' },
}

const SEVERITY: Record<Severity | 'warning' | 'critical', Text> = {
  blue: { zh: '蓝色', en: 'blue' },
  yellow: { zh: '黄色', en: 'yellow' },
  orange: { zh: '橙色', en: 'orange' },
  red: { zh: '红色', en: 'red' },
  warning: { zh: '预警', en: 'warning' },
  critical: { zh: '严重', en: 'critical' },
}

/** Physical units (UCUM codes); annotations such as `{car}` have their words in the run. */
const UNITS: Record<string, Text> = {
  s: { zh: '秒', en: 's' },
  ms: { zh: '毫秒', en: 'ms' },
  min: { zh: '分钟', en: 'min' },
  h: { zh: '小时', en: 'h' },
  d: { zh: '天', en: 'd' },
  km: { zh: '千米', en: 'km' },
  CNY: { zh: '元', en: 'yuan' },
  '1': { zh: '%', en: '%' },
}

const WORDS = {
  title: { zh: '城市运行简报', en: 'City Operations Brief' },
  simulated: { zh: '模拟数据 SIMULATED', en: 'SIMULATED 模拟数据' },
  asOf: { zh: '截至', en: 'As of' },
  period: { zh: '时段', en: 'Period' },
  scenario: { zh: '情景', en: 'Scenario' },
  run: { zh: '运行编号', en: 'Run' },
  seed: { zh: '种子', en: 'Seed' },
  digest: { zh: '情景摘要', en: 'Scenario digest' },
  verdict: { zh: '总体判断', en: 'Overall' },
  calm: { zh: '全市运行平稳，{n}区均无未结告警', en: 'All normal: no open alert in {n} districts' },
  wrong: { zh: '{n}项告警未结（{names}）', en: '{n} open alerts ({names})' },
  wrongOne: { zh: '1项告警未结（{names}）', en: '1 open alert ({names})' },
  unalarmed: { zh: '{n}区均无未结告警', en: 'no open alert in {n} districts' },
  on: { zh: '正在发生{names}', en: 'Under way: {names}' },
  planSum: {
    zh: '规划{n}项：{met}项达成或超前，{track}项按规划，{behind}项落后',
    en: 'of {n} plan targets {met} met or ahead, {track} on track, {behind} behind',
  },
  planRest: { zh: '，{n}项尚无定论', en: ', {n} not known yet' },
  kpis: { zh: '运行指标', en: 'Key figures' },
  kpi: { zh: '指标', en: 'Figure' },
  value: { zh: '数值', en: 'Value' },
  unit: { zh: '单位', en: 'Unit' },
  samples: { zh: '样本 n', en: 'n' },
  window: { zh: '统计窗口', en: 'Window' },
  against: { zh: '对照规划', en: 'Against plan' },
  usual: { zh: '较平常', en: 'Against usual' },
  points: { zh: '个百分点', en: 'points' },
  plan: { zh: '规划目标', en: 'Plan targets' },
  clause: { zh: '条款', en: 'Clause' },
  target: { zh: '目标', en: 'Target' },
  due: { zh: '到期', en: 'Due' },
  now: { zh: '当前（模拟）', en: 'Simulated' },
  expected: { zh: '应达', en: 'Expected' },
  status: { zh: '状态', en: 'Status' },
  assumed: {
    zh: '另有{n}项为演示假设，不列入',
    en: '{n} more are demo assumptions and not listed',
  },
  incidents: { zh: '事件与告警', en: 'Incidents and alerts' },
  commands: { zh: '处置指令', en: 'Commands given' },
  none: { zh: '无', en: 'none' },
  more: { zh: '另有{n}项', en: '{n} more' },
  open: { zh: '未结', en: 'open' },
  threshold: { zh: '阈值', en: 'limit' },
  proof: { zh: '数据核验', en: 'Proof' },
  account: {
    zh: '事件 {produced} 条产生、{folded} 条计入，账目无法解释 {unexplained} 条；哈希链 {equal}/{lanes} 个分区一致；终值 {same} 项与独立真值一致、{differing} 项不符。',
    en: '{produced} events produced, {folded} folded, {unexplained} unexplained; hash chains equal in {equal} of {lanes} topic-partitions; {same} final readings equal the independent truth, {differing} differ.',
  },
  verified: {
    zh: '本简报生成时重算全部记录：{records} 条，{spans}，{broken} 处不符。',
    en: 'All records computed anew for this brief: {records} records, {spans}, {broken} differences.',
  },
  proved: { zh: '自{from}至{to}逐段证明', en: 'proved from {from} to {to}' },
  beginning: { zh: '起点', en: 'the beginning' },
  unproved: { zh: '无可证明的区间', en: 'no interval to prove' },
  signed: { zh: '签发', en: 'Approved by' },
  around: { zh: '{where}一带（半径{km}）', en: '{km} around {where}' },
  starts: { zh: '注入事件', en: 'Start incident' },
  ends: { zh: '结束事件', en: 'End incident' },
  along: { zh: '沿线{n}点两侧各{km}', en: '{km} along a line of {n} points' },
  area: { zh: '{n}角区域', en: 'an area of {n} corners' },
  day: { zh: '当日', en: 'day' },
  notReal: {
    zh: '本页一切数值均由模拟产生，不代表实际。',
    en: 'Every number on this page is simulated and says nothing about reality.',
  },
} satisfies Record<string, Text>

export type BriefWord = keyof typeof WORDS

export class BriefWords {
  readonly lang: BriefLanguage
  readonly #units: Record<string, Text>

  /** `units`: the run's words for annotations used as units. */
  constructor(lang: BriefLanguage, units: (Record<string, Text> | undefined)[]) {
    this.lang = lang
    this.#units = Object.assign({ ...UNITS }, ...units)
  }

  say(word: BriefWord, values: Record<string, string | number> = {}): string {
    return WORDS[word][this.lang].replace(/\{(\w+)\}/g, (all, name: string) =>
      name in values ? String(values[name]) : all,
    )
  }

  text(text: Text): string {
    return text[this.lang]
  }

  status(status: Status | null | undefined): string {
    return status ? STATUS[status][this.lang] : '–'
  }

  severity(severity: keyof typeof SEVERITY): string {
    return SEVERITY[severity]?.[this.lang] ?? severity
  }

  unit(unit: string): string {
    const known = Object.hasOwn(this.#units, unit) ? this.#units[unit] : null
    return known ? known[this.lang] : unit.replace(/[{}]/g, '')
  }

  /** Without its unit: a fraction in per cent, things that are counted whole. */
  number(value: number | null, unit: string): string {
    if (value === null) return '–'
    if (unit === '1') return this.#format(value * 100, 1, 1)
    if (Math.abs(value) >= SHORT_FROM) {
      const short = { notation: 'compact', maximumFractionDigits: 2 } as const
      return new Intl.NumberFormat(LOCALES[this.lang], short).format(value)
    }
    const isWhole = unit.startsWith('{') || Number.isInteger(value)
    return this.#format(isWhole ? Math.round(value) : value, 0, isWhole ? 0 : 1)
  }

  quantity(value: number | null, unit: string): string {
    const word = value === null ? '' : this.unit(unit)
    const gap = word === '' || word === '%' || this.lang === 'zh' ? '' : ' '
    return `${this.number(value, unit)}${gap}${word}`
  }

  /** With its sign; of a fraction in percentage points. */
  difference(by: number, unit: string): string {
    const text = unit === '1' ? this.#format(by * 100, 0, 1) : this.number(by, unit)
    const isNone = /^-?0(\.0)?$/.test(text)
    const word = unit === '1' ? this.say('points') : this.unit(unit)
    const gap = this.lang === 'zh' || word === '' ? '' : ' '
    return isNone ? '0' : `${by > 0 ? '+' : ''}${text.replace('-', '−')}${gap}${word}`
  }

  whole(value: number): string {
    return this.#format(value, 0, 0)
  }

  time(ms: number): string {
    return this.#dates({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(ms)
  }

  /** 2025年6月11日 星期三 / Wednesday, 11 June 2025 */
  date(ms: number): string {
    return this.#dates({ dateStyle: 'full' }).format(ms)
  }

  #format(value: number, least: number, most: number): string {
    const digits = { minimumFractionDigits: least, maximumFractionDigits: most }
    return new Intl.NumberFormat(LOCALES[this.lang], digits).format(value)
  }

  #dates(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    return new Intl.DateTimeFormat(LOCALES[this.lang], { timeZone: ZONE, ...options })
  }
}
