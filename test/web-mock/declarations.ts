// Invented domains for the development mock: the page must work from declarations alone, so none of them is real.
import type { RunView } from '../../console/messages.ts'

type Declaration = RunView['declarations'][string]
type Measure = Declaration['measures'][number]
type Tone = Declaration['layer']['states'][number]['tone']

const MINUTE_MS = 60_000
const text = (zh: string, en: string) => ({ zh, en })
const state = (code: string, zh: string, en: string, tone: Tone) => ({
  code,
  label: text(zh, en),
  tone,
})

function measure(
  name: string,
  zh: string,
  en: string,
  kind: Measure['kind'],
  rest: Partial<Measure>,
): Measure {
  return {
    name,
    label: text(zh, en),
    short: text(zh, en),
    rule: text(`${zh}：分子为满足条件者，分母为全部`, `${en}: those that satisfy it over all`),
    kind,
    on: ['status'],
    unit: '1',
    decimals: 2,
    good: 'up',
    ...rest,
  }
}

function declaration(
  domain: string,
  label: [string, string],
  asset: [string, string],
  layer: Partial<Declaration['layer']>,
  measures: Measure[],
  commands: Declaration['commands'] = [],
): Declaration {
  return {
    domain,
    label: text(...label),
    asset: text(...asset),
    cityWide: layer.order === null,
    cadenceMs: 15 * MINUTE_MS,
    events: [
      {
        name: 'status',
        type: `city.${domain}.status.v1`,
        periodic: true,
        label: text('状态', 'Status'),
        schema: { type: 'object' } as Declaration['events'][number]['schema'],
        fields: {
          state: { label: text('状态', 'State') },
          load: { label: text('负载', 'Load'), unit: '%' },
          due: { label: text('时限', 'Due') },
          since: { label: text('持续', 'Since'), unit: 'min' },
        },
      },
    ],
    layer: {
      shape: 'circle',
      order: 1,
      on: ['status'],
      states: [],
      state: { field: 'state' },
      value: { field: 'load' },
      valueScale: 10,
      valueLabel: text('负载', 'Load'),
      valueUnit: '%',
      freshForMs: 40 * MINUTE_MS,
      ...layer,
    },
    measures,
    commands,
    ...(domain === 'bus-stop' ? { items: ITEMS } : {}),
  }
}

const switchPlan: Declaration['commands'][number] = {
  name: 'bus-stop.switch-plan',
  label: text('切换方案', 'Switch plan'),
  args: {
    type: 'object',
    properties: {
      plan: { type: 'integer', minimum: 1, maximum: 6, default: 2 },
      mode: { anyOf: [{ const: 'normal' }, { const: 'peak' }], default: 'peak' },
      for: { type: 'string', default: 'PT1H', duration: { least: 'PT5M', most: 'PT4H' } },
      note: { type: 'string', title: '说明 / note' },
    },
    required: ['plan'],
  } as unknown as Declaration['commands'][number]['args'],
  effect: text('预计候车时间 −5 … −15 %', 'Expected waiting time −5 … −15 %'),
  reach: 'group',
  group: 'line',
  moves: [
    {
      ...{ kpi: 'bus-stop.delay', where: 'target', direction: 'down', unit: 'reading' },
      ...{ least: 0.05, most: 0.15, afterMs: 0, forMs: 60 * MINUTE_MS },
      when: text('高峰', 'In the peak'),
    },
  ],
}

const openItem: Declaration['commands'][number] = {
  name: 'bus-stop.report',
  label: text('报修', 'Report'),
  args: {
    type: 'object',
    properties: {
      about: { type: 'string', title: '关联 / about' },
      note: { type: 'string', title: '说明 / note' },
    },
  } as unknown as Declaration['commands'][number]['args'],
  effect: text('无', 'None'),
  reach: 'asset',
  moves: [],
}

const ITEMS: Declaration['items'] = {
  label: text('未了事项', 'Open matters'),
  id: 'item',
  ends: ['done'],
  due: 'due',
  shows: ['kind', 'owner'],
  opens: { command: 'bus-stop.report', about: 'about', note: 'note', args: {} },
}

/** Number of assets of each domain at scale 1. */
export const MOCK_COUNTS: Record<string, number> = {
  'air-sensor': 3_000,
  'bus-stop': 4_000,
  desk: 2_000,
  hub: 20,
  'street-lamp': 100_000,
  survey: 11,
}

const surveyNames: [string, string, string, string, string][] = [
  ['open-sets', '开放数据集', 'Open data sets', '{dataset}', '1600'],
  ['core-share', '核心产业占比', 'Core industry share', '1', '0.15'],
  ['smes', '企业上云', 'Firms on cloud', '{enterprise}', '200000'],
  ['platforms', '转型平台', 'Platforms', '{platform}', '50'],
  ['pilots', '示范企业', 'Pilot firms', '{enterprise}', '200'],
  ['output', '制造业产值', 'Manufacturing output', 'CNY', '280000000000'],
  ['revenue', '软件业收入', 'Software revenue', 'CNY', '600000000000'],
  ['nodes', '二级节点', 'Secondary nodes', '{node}', '35'],
  ['registrations', '注册量', 'Registrations', '{registration}', '5000000000'],
]

export const SURVEYS = surveyNames.map(([name, zh, en, unit, value]) => ({
  name,
  zh,
  en,
  unit,
  value: Number(value),
}))

export const MOCK_DECLARATIONS: Record<string, Declaration> = {
  'air-sensor': declaration(
    'air-sensor',
    ['空气质量', 'Air quality'],
    ['空气站', 'Air sensor'],
    {
      shape: 'square',
      order: 3,
      states: [
        state('good', '良好', 'Good', 'normal'),
        state('poor', '轻度污染', 'Poor', 'warning'),
        state('bad', '重度污染', 'Bad', 'critical'),
      ],
    },
    [
      measure('coverage', '空气站接入', 'Sensors online', 'share', { headline: 4 }),
      measure('free', '达标余量', 'Clean margin', 'level', { headline: 5, unit: '{space}' }),
    ],
  ),
  'bus-stop': declaration(
    'bus-stop',
    ['公交', 'Buses'],
    ['公交站', 'Bus stop'],
    {
      shape: 'diamond',
      order: 2,
      states: [
        state('adaptive', '自适应', 'Adaptive', 'normal'),
        state('fixed', '固定', 'Fixed', 'muted'),
        state('flashing', '黄闪', 'Flashing', 'warning'),
        state('offline', '离线', 'Offline', 'offline'),
      ],
    },
    [
      measure('coverage', '站点接入', 'Stops online', 'share', { headline: 2 }),
      measure('delay', '平均候车', 'Mean wait', 'ratio', { headline: 3, unit: 's', good: 'down' }),
    ],
    [switchPlan, openItem],
  ),
  desk: declaration(
    'desk',
    ['办事', 'Services'],
    ['办事点', 'Desk'],
    {
      shape: 'cross',
      order: 4,
      states: [
        state('open', '开放', 'Open', 'normal'),
        state('closed', '关闭', 'Closed', 'muted'),
        state('paper', '纸质降级', 'Paper only', 'warning'),
      ],
    },
    [
      measure('usage', '用证率', 'Digital use', 'ratio', { headline: 6 }),
      measure('volume', '今日办件', 'Cases today', 'count', { headline: 7, unit: '{case}' }),
    ],
  ),
  hub: declaration('hub', ['接入', 'Hub'], ['行业', 'Industry'], { order: null, states: [] }, [
    measure('coverage', '行业覆盖', 'Industries', 'share', { headline: 8 }),
  ]),
  'street-lamp': declaration(
    'street-lamp',
    ['路灯', 'Street lamps'],
    ['路灯', 'Street lamp'],
    {
      shape: 'circle',
      order: 1,
      states: [
        state('on', '正常', 'On', 'normal'),
        state('dim', '降级', 'Degraded', 'warning'),
        state('sleep', '休眠', 'Asleep', 'muted'),
        state('out', '中断', 'Out', 'critical'),
      ],
    },
    [
      measure('coverage', '路灯建成', 'Lamps built', 'share', { headline: 1 }),
      measure('coverage-main', '主干道路灯', 'Main-road lamps', 'share', {}),
      measure('availability', '可用率', 'Availability', 'gauge', {}),
    ],
  ),
  survey: declaration(
    'survey',
    ['统计', 'Survey'],
    ['指标', 'Indicator'],
    { order: null, states: [] },
    [...SURVEYS.map((s) => measure(s.name, s.zh, s.en, 'level', { unit: s.unit }))],
  ),
}
