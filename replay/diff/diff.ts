// Compares two recordings: chains first, then the first interval that differs, record by record, then the cells of the KPIs.
import type { Recording } from '../recording/recording.ts'
import { type CellsCompared, comparedCells, finalsOf } from './final-cells.ts'
import { firstDifference, type RecordDifference } from './first-difference.ts'
import { eachSection, firstRun, type Section } from './lane-sections.ts'

export type LaneDifference = {
  lane: string
  /** First section that is not the same in both, and the same section's first record that differs. */
  section: string
  at: number | null
  record: RecordDifference | null
}

export type RecordingsCompared = {
  /** Their ids where they are different runs: then they are compared by what happened, without the runs' names. */
  runs: { a: string; b: string } | null
  /** Topic-partitions that both have, and their sections that both have. */
  lanes: number
  sections: number
  onlyA: string[]
  onlyB: string[]
  /** Sections that only one of them has, because it began earlier or went on longer. */
  beyond: { a: number; b: number }
  /** A topic-partition each, the earliest first. */
  differing: LaneDifference[]
  cells: CellsCompared
}

type Sections = Map<string, Map<string, Pick<Section, 'hash' | 'at'>>>

/** Reads each of them two or three times. */
export async function compareRecordings(a: Recording, b: Recording): Promise<RecordingsCompared> {
  const runs = await differentRuns(a, b)
  const ofAnyRun = runs !== null
  const [inA, inB] = [await sectionsOf(a, ofAnyRun), await sectionsOf(b, ofAnyRun)]
  const both = [...inA.keys()].filter((lane) => inB.has(lane))
  const firsts = new Map<string, string>()
  let sections = 0
  const beyond = { a: 0, b: 0 }
  for (const lane of both) {
    const [left, right] = [inA.get(lane)!, inB.get(lane)!]
    for (const [name, { hash }] of left) {
      const other = right.get(name)
      if (!other) beyond.a++
      else {
        sections++
        if (other.hash !== hash && !firsts.has(lane)) firsts.set(lane, name)
      }
    }
    for (const name of right.keys()) if (!left.has(name)) beyond.b++
  }
  const [recordsA, recordsB] =
    firsts.size === 0
      ? [new Map(), new Map()]
      : [await wanted(a, ofAnyRun, firsts), await wanted(b, ofAnyRun, firsts)]
  const differing = [...firsts].map(([lane, section]): LaneDifference => {
    const record = firstDifference(recordsA.get(lane) ?? [], recordsB.get(lane) ?? [])
    return { lane, section, at: inA.get(lane)!.get(section)!.at, record }
  })
  differing.sort((x, y) => (x.at ?? 0) - (y.at ?? 0) || (x.lane < y.lane ? -1 : 1))
  return {
    ...{ runs, lanes: both.length, sections, beyond, differing },
    onlyA: [...inA.keys()].filter((lane) => !inB.has(lane)),
    onlyB: [...inB.keys()].filter((lane) => !inA.has(lane)),
    cells: comparedCells(await finalsOf(a), await finalsOf(b)),
  }
}

export const isAlike = ({ differing, cells, onlyA, onlyB }: RecordingsCompared): boolean =>
  differing.length + cells.differing.length + onlyA.length + onlyB.length === 0

async function differentRuns(a: Recording, b: Recording): Promise<RecordingsCompared['runs']> {
  const [inA, inB] = [await firstRun(a), await firstRun(b)]
  return inA === null || inB === null || inA === inB ? null : { a: inA, b: inB }
}

async function sectionsOf(recording: Recording, ofAnyRun: boolean): Promise<Sections> {
  const lanes: Sections = new Map()
  await eachSection(recording, ofAnyRun, (lane, { name, hash, at }) => {
    let sections = lanes.get(lane)
    if (!sections) {
      sections = new Map()
      lanes.set(lane, sections)
    }
    sections.set(name, { hash, at })
  })
  return lanes
}

/** The records of one section of each lane that is named. */
async function wanted(recording: Recording, ofAnyRun: boolean, sections: Map<string, string>) {
  const found = new Map<string, Section['records']>()
  await eachSection(recording, ofAnyRun, (lane, { name, records }) => {
    if (sections.get(lane) === name) found.set(lane, records)
  })
  return found
}
