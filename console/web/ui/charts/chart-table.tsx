// Beside a chart: what its lines are, and the same figures as a table for who does not see it.
import { Columns } from '../parts/columns.tsx'
import type { ChartModel } from './chart-model.ts'

export function ChartKey({ model }: { model: ChartModel }) {
  const named = model.lines.filter(({ name }) => name !== '')
  return (
    <ul class="chart-key">
      {named.map(({ name, look, isSecond }) => (
        <li key={name} class={`key-${look} ${isSecond ? 'is-second' : ''}`}>
          {name}
        </li>
      ))}
      {model.flags
        .filter(({ kind }) => kind === 'incident' || kind === 'command')
        .map(({ at, kind, text }) => (
          <li key={`${at} ${text}`} class={`key-${kind}`}>
            {text}
          </li>
        ))}
    </ul>
  )
}

export function ChartTable(props: { summary: string; titles: string[]; rows: string[][] }) {
  const { summary, titles, rows } = props
  return (
    <details class="chart-table">
      <summary>{summary}</summary>
      <table class="plain">
        <Columns titles={titles} numbers={1} />
        <tbody>
          {rows.map(([head, ...cells], i) => (
            <tr key={`${i} ${head}`}>
              <th scope="row">{head}</th>
              {cells.map((cell, c) => (
                <td key={titles[c + 1]} class="num">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
