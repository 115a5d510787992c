// What a Flink job is made for: one run, its clock, and where its topics are.

export type FlinkRun = {
  id: string
  /** Sim ms. */
  start: number
  end: number
  windowMs: number
  latenessMs: number
  brokers: string
  prefix: string
  /** Topic of the readings, its whole name. */
  output: string
  /** The job reads what the topics hold and ends; else it goes on. */
  isBounded: boolean
}
