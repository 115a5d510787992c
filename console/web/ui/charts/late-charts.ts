// The charts of the views, fetched when somebody looks at one: nobody else pays for their library.
import { latePart } from '../parts/later.tsx'

const charts = () => import('../shell/late-parts.ts')
export const historyChart = latePart(charts, 'HistoryChart')
export const planCharts = latePart(charts, 'PlanCharts')
