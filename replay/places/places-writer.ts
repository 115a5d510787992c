// Writes places.index as records of events and checkpoints come by, each track in its order.
import { checkpointPosition } from '../../processor/task/checkpoint.ts'
import { RUN_STARTED_TYPE } from '../../producers/contract/records.ts'
import type { Codec } from '../recording/codec.ts'
import type { RecordedRecord } from '../recording/line.ts'
import type { Recording } from '../recording/recording.ts'
import { SidecarWriter } from '../sidecar/sidecar-writer.ts'
import { markerOf } from '../verify/marker.ts'
import { checkpointRows, STARTED, TICK, tickRows } from './place-rows.ts'
import { PLACES_FORMAT, PLACES_INDEX, type PlacesFooter } from './places-file.ts'

/** A seek reads one or two pages: of a hundred topic-partitions ten minutes of ticks. */
const TICK_PAGE_ROWS = 8_192
const CHECKPOINT_PAGE_ROWS = 65_536

export class PlacesWriter {
  readonly #sidecar
  readonly #ticks = tickRows()
  /** First and last sim time of what waits. */
  #span = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  readonly #checkpoints = checkpointRows()
  readonly #pages: Pick<PlacesFooter, 'ticks' | 'checkpoints'> = { ticks: [], checkpoints: [] }
  readonly #lanes: PlacesFooter['lanes'] = []
  readonly #last: PlacesFooter['last'] = []
  /** By topic and partition. */
  readonly #laneNumbers = new Map<string, number[]>()
  readonly #tasks: string[] = []
  readonly #taskNumbers = new Map<string, number>()
  /** Records so far. */
  #events = 0
  #states = 0

  constructor(folder: string, codec: Codec) {
    this.#sidecar = new SidecarWriter(folder, PLACES_INDEX, codec)
  }

  /** Takes all records of the track; answers with what to wait for before the next one, where there is something. */
  event({ topic, partition, key, value, offset, timestamp }: RecordedRecord): Promise<void> | null {
    const number = this.#events++
    if (key !== null || value === null || this.#sidecar.hasFailed) return null
    const marker = markerOf(value)
    if (!marker) return null
    const lane = this.#laneOf(topic, partition)
    const { epoch } = marker.data
    const time = Date.parse(marker.time)
    const isStart = marker.type === RUN_STARTED_TYPE
    if (!isStart) this.#last[lane] = [epoch, time]
    const place = { offset: Number(offset), number, wall: timestamp }
    this.#ticks.add({ lane, epoch, kind: isStart ? STARTED : TICK, time, ...place })
    this.#span = [Math.min(this.#span[0], time), Math.max(this.#span[1], time)]
    return this.#ticks.length < TICK_PAGE_ROWS ? null : this.#sealTicks()
  }

  /** As `event`. */
  state({ key, value }: RecordedRecord): Promise<void> | null {
    const number = this.#states++
    if (key === null || value === null || this.#sidecar.hasFailed) return null
    const position = checkpointPosition(value)
    if (typeof position === 'string') return null
    const { epoch, nextOffset: next } = position
    this.#checkpoints.add({ task: this.#taskOf(key.toString('latin1')), epoch, next, number })
    return this.#checkpoints.length < CHECKPOINT_PAGE_ROWS ? null : this.#sealCheckpoints()
  }

  abandon(): Promise<void> {
    return this.#sidecar.abandon()
  }

  /** Puts it beside the recording that it is of; throws where it cannot be written, and leaves none. */
  async finish(recording: Recording): Promise<void> {
    if (this.#ticks.length > 0) this.#sealTicks()
    if (this.#checkpoints.length > 0) this.#sealCheckpoints()
    await this.#sidecar.finish(recording, () => ({
      format: PLACES_FORMAT,
      ...{ lanes: this.#lanes, last: this.#last, tasks: this.#tasks, ...this.#pages },
    }))
  }

  #sealTicks(): Promise<void> {
    const [from, to] = this.#span
    this.#span = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    const text = this.#ticks.take(this.#ticks.length)
    return this.#sidecar.add(text, (place) => this.#pages.ticks.push([...place, from, to]))
  }

  #sealCheckpoints(): Promise<void> {
    const text = this.#checkpoints.take(this.#checkpoints.length)
    return this.#sidecar.add(text, (place) => this.#pages.checkpoints.push(place))
  }

  #laneOf(topic: string, partition: number): number {
    const numbers = this.#laneNumbers.get(topic) ?? []
    this.#laneNumbers.set(topic, numbers)
    numbers[partition] ??= this.#lanes.push([topic, partition]) - 1
    this.#last[numbers[partition]] ??= null
    return numbers[partition]
  }

  #taskOf(key: string): number {
    const known = this.#taskNumbers.get(key)
    if (known !== undefined) return known
    const number = this.#tasks.push(key) - 1
    this.#taskNumbers.set(key, number)
    return number
  }
}
