// What happened in a run, event by event.

/** An event as it was produced; `text` is all of it. */
export type Heard = {
  id: string
  time: number
  type: string
  data: Record<string, unknown>
  text: string
}

export function heardOf(value: Buffer): Heard {
  const text = value.toString()
  const { subject, time, type, data } = JSON.parse(text)
  return { id: subject, time: Date.parse(time), type, data, text }
}
