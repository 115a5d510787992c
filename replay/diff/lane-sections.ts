// Cuts each topic-partition of a recording into sections with a hash each: from tick to tick where it has ticks, else so many
// records at a time. In: records in the order of their offsets. Out: what two recordings are compared by.
import { createHash } from 'node:crypto'
import { isoTime } from '../../infra/time.ts'
import type { RecordedRecord } from '../recording/line.ts'
import type { Recording } from '../recording/recording.ts'
import { LaneProof } from '../verify/lane-proof.ts'

/** Records of a section where no tick cuts. */
const BLOCK = 1_000
/** Without a tick or a run's beginning for so long, a topic has none. */
const NO_TICKS_AFTER = 50 * BLOCK

/** `name` is the same in both recordings for what is to be compared; `at` = sim time of its last tick (ms), null without ticks. */
export type Section = { name: string; at: number | null; hash: string; records: RecordedRecord[] }

/** Without the prefix: two runs of a city are compared, under whatever names their topics stand. */
const laneName = ({ topic, partition }: RecordedRecord, prefix: string): string =>
  `${topic.startsWith(prefix) ? topic.slice(prefix.length) : topic}/${partition}`

/** Hands out the sections of one topic-partition: those of a city from its first tick to its last, of others all. */
class LaneSections {
  readonly #take: (section: Section) => void
  readonly #proof: LaneProof
  #records: RecordedRecord[] = []
  #blocks = 0

  constructor(take: (section: Section) => void) {
    this.#take = take
    this.#proof = new LaneProof(({ to, chain }) => {
      this.#give({ name: `the interval that ends at ${isoTime(to)}`, at: to, hash: chain })
    })
  }

  add(record: RecordedRecord): void {
    const proof = this.#proof
    const { repeated, markers } = proof
    proof.add(record)
    // A marker says what run it is, not what happened; what came before the first one nobody has hashed.
    if (proof.markers > markers) this.#records = []
    // A retried append says it twice.
    else if (proof.repeated === repeated) this.#records.push(record)
    if (proof.markers === 0 && this.#records.length >= NO_TICKS_AFTER) this.#cutBlocks(BLOCK)
  }

  end(): void {
    if (this.#proof.markers === 0) this.#cutBlocks(1)
  }

  /** Off what there is, until less than `least` is left. */
  #cutBlocks(least: number): void {
    for (const all = this.#records; all.length >= least; ) {
      this.#records = all.splice(0, BLOCK)
      const name = `records ${this.#blocks * BLOCK} to ${this.#blocks * BLOCK + BLOCK - 1}`
      this.#blocks++
      this.#give({ name, at: null, hash: hashOf(this.#records) })
      this.#records = all
    }
  }

  #give(section: Omit<Section, 'records'>): void {
    this.#take({ ...section, records: this.#records })
  }
}

function hashOf(records: RecordedRecord[]): string {
  const hash = createHash('sha256')
  for (const { key, value } of records) {
    hash.update(`${key?.length ?? -1} ${value?.length ?? -1} `)
    if (key) hash.update(key)
    if (value) hash.update(value)
  }
  return hash.digest('hex')
}

/** Calls back for every section of every topic-partition of the events' track, those of a lane in their order. */
export async function eachSection(
  recording: Recording,
  take: (lane: string, section: Section) => void,
): Promise<void> {
  const { prefix } = recording.manifest.source
  const lanes = new Map<string, LaneSections>()
  for await (const records of recording.records('events')) {
    for (const record of records) {
      const name = laneName(record, prefix)
      let lane = lanes.get(name)
      if (!lane) {
        lane = new LaneSections((section) => take(name, section))
        lanes.set(name, lane)
      }
      lane.add(record)
    }
  }
  for (const lane of lanes.values()) lane.end()
}
