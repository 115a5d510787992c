// The charts themselves, as one file.
export { HistoryChart } from './history-chart.tsx'
export { PlanCharts } from './plan-charts.tsx'
