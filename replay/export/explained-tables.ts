// Tables with analysis.sql beside them; watches what goes into them for anything that would make SQL compute something else.
import { RUN_STARTED_TYPE } from '../../producers/contract/records.ts'
import { type Topics, topicNames } from '../../producers/contract/topics.ts'
import type { RecordedRecord } from '../recording/line.ts'
import type { Recording } from '../recording/recording.ts'
import { markerOf } from '../verify/marker.ts'
import type { ExportSink } from './export.ts'
import type { ExportFolder } from './export-folder.ts'
import type { DescribedRun } from './recorded-runs.ts'
import type { ExportSelection } from './selection.ts'
import { analysisSql } from './sql/analysis-sql.ts'
import type { TablesSink } from './tables/tables.ts'

const FILE = 'analysis.sql'

export type ExplainedInput = {
  recording: Recording
  selection: ExportSelection
  run: DescribedRun
  tables: TablesSink
}

export class ExplainedTables implements ExportSink {
  readonly #folder: ExportFolder
  readonly #input: ExplainedInput
  readonly #topics: Topics
  /** Topic-partitions in which the run's first record was. */
  readonly #begun = new Set<string>()
  #notFolded = 0

  constructor(folder: ExportFolder, input: ExplainedInput) {
    this.#folder = folder
    this.#input = input
    this.#topics = topicNames(input.recording.manifest.source.prefix)
  }

  add(record: RecordedRecord): Promise<void> | null {
    const { topic } = record
    if (topic === this.#topics.late || topic === this.#topics.deadLetter) this.#notFolded++
    if (record.key === null) this.#watchStart(record)
    return this.#input.tables.add(record)
  }

  async finish(): Promise<string[]> {
    const { tables, run } = this.#input
    const leftOut = await tables.finish()
    const obstacles = this.#obstacles(run)
    const has = {
      kpi: tables.written.has('kpi'),
      assets: tables.written.has('assets'),
      other: tables.written.has('other'),
    }
    const events = tables.events.filter(({ name }) => tables.written.has(name))
    const { text, refused } = analysisSql({ tables: events, has, run, obstacles })
    await this.#folder.write(FILE, text)
    const why = [...obstacles, ...refused].map((it) => `readings computed anew in ${FILE}: ${it}`)
    return [...leftOut, ...why]
  }

  #watchStart({ topic, partition, value }: RecordedRecord): void {
    if (!value?.includes(RUN_STARTED_TYPE)) return
    const marker = markerOf(value)
    if (marker?.type === RUN_STARTED_TYPE && marker.data.epoch === this.#input.run.epoch) {
      this.#begun.add(`${topic}/${partition}`)
    }
  }

  /** What SQL would have to guess. */
  #obstacles({ descriptor }: DescribedRun): string[] {
    const { recording, selection } = this.#input
    const topics = Object.keys(descriptor.declarations)
      .map((domain) => this.#topics.domain(domain))
      .filter((topic) => selection.topics?.has(topic) ?? true)
    const lanes = topics.length * descriptor.partitions
    const missing = recording.manifest.lanes
      .filter(({ topic }) => topics.includes(topic))
      .reduce((sum, lane) => sum + lane.missing, 0)
    const found: [boolean, string][] = [
      [selection.from !== null, 'what assets said before --from is not there'],
      [
        selection.from === null && this.#begun.size < lanes,
        `the run's beginning is there of ${this.#begun.size} of ${lanes} topic-partitions`,
      ],
      [!recording.manifest.closed, 'the recording was cut off'],
      [missing > 0, `${missing} records of events are not in the recording`],
      [this.#notFolded > 0, `${this.#notFolded} events came late or could not be read`],
    ]
    return found.filter(([is]) => is).map(([, text]) => text)
  }
}
