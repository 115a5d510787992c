// What is said of another engine, in the file that only a page over its readings asks for.

export type BothWords = { zh: string; en: string }

export const WORDS = {
  source: { zh: '读数来自 Flink（{topic}）', en: 'Readings come from Flink ({topic})' },
  lag: { zh: 'Flink 尚未读的事件', en: 'events Flink has not read' },
  waiting: { zh: '等待各区到齐的窗口', en: 'windows waiting for scopes' },
  rewritten: { zh: '改写过的单元', en: 'cells rewritten' },
  otherRuns: { zh: '其他运行的读数（不显示）', en: 'lines of other runs (not shown)' },
  lagHint: {
    zh: '截至它最近一次检查点；「–」表示没有写下',
    en: 'as of its newest checkpoint; “–”: none was written down',
  },
  rewrittenHint: {
    zh: '同一单元再次写出而内容不同；应为 0',
    en: 'written again and saying something else; ought to be 0',
  },
  notItsTitle: { zh: '这里不适用的', en: 'What does not apply here' },
  notIts: [
    {
      what: {
        zh: '日读数、规划进度、临时读数',
        en: 'days, standing against the plan, provisional readings',
      },
      why: { zh: 'Flink 作业只给出窗口', en: 'the Flink job says windows only' },
    },
    {
      what: { zh: '与真值的标记', en: 'the mark of the truth' },
      why: {
        zh: '它的行不带标记；用 audit --kpi-topic 逐格对照',
        en: 'its lines carry none; audit --kpi-topic compares cell by cell',
      },
    },
    {
      what: {
        zh: '结束处理器、偷走与补回事件',
        en: 'stopping the processor, stealing and returning events',
      },
      why: {
        zh: '只有单进程演示才有，那里由我们的处理器计算',
        en: 'only the one-process demo has them, and our processor computes there',
      },
    },
    {
      what: {
        zh: '账目、告警、地图、下方的任务与滞后',
        en: 'account, alerts, map, and the tasks and lag below',
      },
      why: {
        zh: '来自旁边运行的处理器；没有它则为空',
        en: 'from a processor beside the job; without one they stay empty',
      },
    },
  ],
}
