// The head of a table: one title per column, those of numbers on the right.

/** `numbers` = from which column on the titles stand over numbers; default none. */
export const Columns = ({ titles, numbers }: { titles: string[]; numbers?: number }) => (
  <thead>
    <tr>
      {titles.map((title, i) => (
        <th key={title} scope="col" class={numbers !== undefined && i >= numbers ? 'num' : ''}>
          {title}
        </th>
      ))}
    </tr>
  </thead>
)
