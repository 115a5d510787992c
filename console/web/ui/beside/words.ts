// What only a page over two recordings says, in both languages: a live page never loads it.
import { tx } from '../../i18n/i18n.ts'

const WORDS = {
  title: { zh: '两次录像并排回放', en: 'Two recordings side by side' },
  side: { zh: '录像 {side}：{name}', en: 'Recording {side}: {name}' },
  run: { zh: '运行', en: 'run' },
  digest: { zh: '摘要', en: 'digest' },
  scale: { zh: '规模', en: 'scale' },
  map: { zh: '录像 {side} 的地图，{n} 个设施', en: 'Map of recording {side}, {n} assets' },
  numbers: { zh: '指标对比', en: 'Numbers of both' },
  districts: { zh: '各区：{kpi}', en: 'By district: {kpi}' },
  kpi: { zh: '指标', en: 'Number' },
  place: { zh: '区', en: 'District' },
  difference: { zh: 'A − B', en: 'A − B' },
  same: { zh: '相同', en: 'same' },
  waiting: { zh: '未到', en: 'not yet' },
  absent: { zh: '无', en: 'none' },
  window: { zh: '终值窗口 {from}–{to}', en: 'final window {from}–{to}' },
  day: { zh: '当日至 {to}', en: 'the day up to {to}' },
  all: { zh: '全部指标 (N)', en: 'All numbers (N)' },
  few: { zh: '主要指标 (N)', en: 'Main numbers (N)' },
  choose: { zh: '按此指标比较各区并着色', en: 'Compare and shade districts by it' },
  comparing: { zh: '正在逐条比较两次录像…', en: 'Comparing the two, event by event …' },
  failed: { zh: '无法比较：{error}', en: 'They could not be compared: {error}' },
  alike: {
    zh: '两次录像逐条相同：{lanes} 个主题分区，{cells} 个终值',
    en: 'Alike, event by event: {lanes} topic-partitions, {cells} final cells',
  },
  differ: {
    zh: '首个差异 {time}（{lane}，{key}）；{n}/{lanes} 个主题分区、{m}/{cells} 个终值不同',
    en: 'First difference {time} ({lane}, {key}); {n} of {lanes} topic-partitions and {m} of {cells} final cells differ',
  },
  onlyCells: {
    zh: '事件没有可比的差异；{m}/{cells} 个终值不同',
    en: 'No event differs that both have; {m} of {cells} final cells do',
  },
  clock: {
    zh: '时钟只走两者共有的 {from}–{to}（A {a}，B {b}）',
    en: 'The clock covers what both hold, {from}–{to} (A {a}, B {b})',
  },
  scenarios: { zh: '场景不同：A {a}，B {b}', en: 'Different scenarios: A {a}, B {b}' },
  seeds: { zh: '种子不同：A {a}，B {b}', en: 'Different seeds: A {a}, B {b}' },
  scales: {
    zh: '规模不同（A {a}，B {b}）：比例和均值可比，数量和逐条事件不可比',
    en: 'Different scales (A {a}, B {b}): shares and means compare, counts and single events do not',
  },
  catalogues: {
    zh: '设施目录不同：按区和全市比较，不逐个设施比较',
    en: 'Different assets: compared by district and city, not one by one',
  },
  windows: {
    zh: '窗口长度不同（A {a}，B {b}）：窗口指标不比较',
    en: 'Windows of different length (A {a}, B {b}): their numbers are not compared',
  },
  lanes: {
    zh: '只有 {side} 有、未比较：{lanes}',
    en: 'Only {side} has, not compared: {lanes}',
  },
  first: { zh: '到首个差异', en: 'To the first difference' },
  nextWindow: { zh: '下一个有差异的窗口', en: 'Next window that differs' },
  lastWindow: { zh: '上一个有差异的窗口', en: 'Window before that differs' },
  firstMark: { zh: '首个差异 {time}', en: 'First difference {time}' },
  windowMark: {
    zh: '{time} 止的窗口：{n} 个终值不同',
    en: 'Window up to {time}: {n} cells differ',
  },
  layers: { zh: '图层（两图一起）', en: 'Layers of both maps' },
  behind: { zh: '等待 {side}', en: 'waiting for {side}' },
  lost: {
    zh: '与录像 {side} 的连接中断，正在重连',
    en: 'Recording {side}: connection lost, trying again',
  },
} as const

export type BesideWord = keyof typeof WORDS

/** `{name}` replaced from `values`. */
export const say = (word: BesideWord, values: Record<string, string | number> = {}): string =>
  tx(WORDS[word]).replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all))
