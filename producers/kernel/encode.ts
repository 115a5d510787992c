// Writes events, ticks and run markers as the bytes of design.md §4.
import fastJson from 'fast-json-stringify'
import { isoTime } from '../../infra/time.ts'
import type { Declaration } from '../contract/declaration.ts'
import { type Injected, RUN_STARTED_TYPE, TICK_TYPE } from '../contract/records.ts'

export const OPENING = '{"specversion":"1.0","id":"'
/** The asset id starts here in every event, so a key is a view of the value. */
export const SUBJECT_AT = OPENING.length

export type EncodeEvent = (
  event: number,
  id: string,
  seq: number,
  district: string,
  time: number,
  data: object,
  cause: string | undefined,
) => string

/** Which run something belongs to: what a kernel that is made before its run has begun learns last. */
export type RunMark = { run: string; epoch: number }

/**
 * The text of one domain's events in one run, whatever is in them; most are written by write/event-writer.ts. As `mark` names
 * it when the first is written; keys in the contract's order, `data` as its schema lists it.
 */
export function createEventEncoder(declaration: Declaration, mark: Readonly<RunMark>): EncodeEvent {
  // Not saved: the words of the run that it writes for.
  let heads: string[] | null = null
  // The schema is cloned to plain JSON: the serializer looks at keywords only.
  const bodies = declaration.events.map((e) =>
    fastJson(JSON.parse(JSON.stringify(e.schema)) as Parameters<typeof fastJson>[0]),
  )
  return (event, id, seq, district, time, data, cause) => {
    heads ??= sourceOf(declaration, mark.run)
    const because = cause === undefined ? '' : `","cause":"${cause}`
    return `${OPENING}${id}:${seq}${heads[event]}${id}","time":"${isoTime(time)}","seq":${seq},"district":"${district}${because}","data":${bodies[event](data)}}`
  }
}

/** What stands between `seq` and subject, by event. */
export const sourceOf = ({ domain, events }: Declaration, run: string): string[] =>
  events.map(({ type }) => `","source":"/huacheng/${run}/${domain}","type":"${type}","subject":"`)

/** The tick of one topic-partition at `time` (ms). */
export function encodeTick(
  run: string,
  domain: string,
  partition: number,
  time: number,
  data: { epoch: number; count: number; injected: Injected; chain: string },
): string {
  const text = isoTime(time)
  return JSON.stringify({
    specversion: '1.0',
    id: `tick-${domain}-${partition}-${text}`,
    source: `/huacheng/${run}/producers`,
    type: TICK_TYPE,
    time: text,
    data: {
      epoch: data.epoch,
      partition,
      count: data.count,
      injected: data.injected,
      chain: data.chain,
    },
  })
}

/** The first record of a run in one topic-partition. */
export function encodeRunStarted(
  run: string,
  domain: string,
  partition: number,
  data: { epoch: number; seed: number; scenarioDigest: string; start: number },
): string {
  const start = isoTime(data.start)
  return JSON.stringify({
    specversion: '1.0',
    id: `run-started-${domain}-${partition}-${data.epoch}`,
    source: `/huacheng/${run}/producers`,
    type: RUN_STARTED_TYPE,
    time: start,
    data: {
      epoch: data.epoch,
      run,
      seed: data.seed,
      scenarioDigest: data.scenarioDigest,
      start,
      partition,
    },
  })
}
