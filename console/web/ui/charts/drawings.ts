// What is drawn when somebody asks for it, as one file: charts, and the page as a picture.
export { savePicture } from '../presenting/picture.ts'
export { HistoryChart } from './history-chart.tsx'
export { PlanCharts } from './plan-charts.tsx'
