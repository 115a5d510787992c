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
  readonly #ofAnyRun: boolean
  #records: RecordedRecord[] = []
  #blocks = 0

  /** `ofAnyRun`: whose run it was does not count. Then no chain does, which goes on from what was before. */
  constructor(take: (section: Section) => void, ofAnyRun: boolean) {
    this.#take = take
    this.#ofAnyRun = ofAnyRun
    this.#proof = new LaneProof(({ to, chain }) => {
      const hash = ofAnyRun ? hashOf(this.#records) : chain
      this.#give({ name: `the interval that ends at ${isoTime(to)}`, at: to, hash })
    })
  }

  add(given: RecordedRecord): void {
    const record = this.#ofAnyRun ? withoutRun(given) : given
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

/** Where an event says whose it is: its bytes there have the same length in every run. */
const SOURCE = /"source":"\/huacheng\/(r-[0-9a-f]{12})\//
const SOURCE_BYTES = 512

/** The run that the first event is of; null where the topics are somebody else's. */
export async function firstRun(recording: Recording): Promise<string | null> {
  for await (const records of recording.records('events')) {
    for (const { key, value } of records) {
      if (key === null || value === null) continue
      return SOURCE.exec(value.toString('latin1', 0, SOURCE_BYTES))?.[1] ?? null
    }
  }
  return null
}

/** A copy in which the run's digits are zeros. */
function withoutRun(record: RecordedRecord): RecordedRecord {
  const found = record.value && SOURCE.exec(record.value.toString('latin1', 0, SOURCE_BYTES))
  if (!found) return record
  const value = Buffer.from(record.value!)
  const at = value.indexOf(found[1])
  value.fill('0', at + 'r-'.length, at + found[1].length)
  return { ...record, value }
}

/** Calls back for every section of every topic-partition of the events' track, those of a lane in their order. */
export async function eachSection(
  recording: Recording,
  ofAnyRun: boolean,
  take: (lane: string, section: Section) => void,
): Promise<void> {
  const { prefix } = recording.manifest.source
  const lanes = new Map<string, LaneSections>()
  for await (const records of recording.records('events')) {
    for (const record of records) {
      const name = laneName(record, prefix)
      let lane = lanes.get(name)
      if (!lane) {
        lane = new LaneSections((section) => take(name, section), ofAnyRun)
        lanes.set(name, lane)
      }
      lane.add(record)
    }
  }
  for (const lane of lanes.values()) lane.end()
}
