// Every key that producers and operators write, by topic: the one place that builds and parses them.
import { instantPart, type KeyOf, keyShape, keyUnion, wholeNumber, word } from './key-shape.ts'

const DOMAIN = '[a-z0-9]+(?:-[a-z0-9]+)*'
/** Chosen by whoever asks; what stands in a key must not look like a separator. */
export const COMMAND_ID = '[A-Za-z0-9._-]{1,64}'

export const epochPart = wholeNumber('epoch')
export const domainPart = word('domain', DOMAIN)
export const partitionPart = wholeNumber('partition')
export const kpiPart = word('kpi', `${DOMAIN}\\.[a-z0-9-]+`)

/** Offset in `run` at which a conductor announced itself: what it writes carries it, so that nobody's replaces another's. */
const term = wholeNumber('term')
const unique = word('id', '[A-Za-z0-9-]{1,64}', 'uuid')

export const runShapes = {
  /** Its own offset is the epoch; unique, so that compaction keeps every run. */
  descriptor: keyShape(['descriptor', word('run', 'r-[0-9a-f]{12}', 'run id'), unique]),
  /** A conductor that takes a run over; unique, so that compaction keeps every term. */
  conductor: keyShape([epochPart, 'conductor', unique]),
  horizon: keyShape([epochPart, 'horizon', term]),
  command: keyShape([epochPart, 'command', word('id', COMMAND_ID, 'command id'), term]),
  progress: keyShape([epochPart, 'progress', wholeNumber('shard')]),
  end: keyShape([epochPart, 'end', term]),
}

export type RunKey = KeyOf<typeof runShapes>
export const runKey = keyUnion(runShapes)

/** Of `command` and `command-result`. */
export const commandKey = keyShape([word('id', COMMAND_ID, 'command id')])

/** Of `truth`, and of what is final in `kpi-partial`. */
export const windowKey = keyShape([
  epochPart,
  domainPart,
  partitionPart,
  instantPart('start', 'window start'),
])

export const incidentKey = keyShape([epochPart, word('id', '[A-Za-z0-9._-]{1,64}', 'incident id')])

/** Of an event: its asset. */
export const assetKey = keyShape([word('asset', '[0-9a-z]+-\\d{6}-[0-9a-z-]+', 'asset id')])
