// Where keys lead in a long list that is shown page by page.

/** Rows shown at once; their names are asked for together. */
export const PAGE = 20

/** Where a key leads in a list of `size` rows; null = nowhere. */
export function nextRow(code: string, at: number, size: number): number | null {
  const steps: Record<string, number> = {
    ...{ ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: size - 1 },
    ...{ PageDown: at + PAGE, PageUp: at - PAGE },
  }
  const next = steps[code]
  return next === undefined ? null : Math.max(0, Math.min(size - 1, next))
}
