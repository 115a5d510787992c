// The charts of the views, fetched when somebody looks at one: nobody else pays for their library.
import { latePart } from '../parts/later.tsx'

export const historyChart = latePart(() =>
  import('./history-chart.tsx').then(({ HistoryChart }) => HistoryChart),
)

export const planCharts = latePart(() =>
  import('./plan-charts.tsx').then(({ PlanCharts }) => PlanCharts),
)
