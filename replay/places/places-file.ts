// places.index, beside a recording: in pages where each tick and checkpoint lies.
import Type from 'typebox'
import { createCheckedReader } from '../../infra/text/checked-json.ts'
import { FOOTER_FIELDS, MAX_FOOTER_BYTES, type SidecarKind } from '../sidecar/sidecar-file.ts'

export const PLACES_FILE = 'places.index'
export const PLACES_FORMAT = 'huacheng-places-index'

const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const time = Type.Integer()

const footerSchema = Type.Object({
  format: Type.Literal(PLACES_FORMAT),
  ...FOOTER_FIELDS,
  /** Topic and partition of each lane, by number. */
  lanes: Type.Array(Type.Tuple([Type.String(), count])),
  /** Of each lane, epoch and sim time of its last tick; null where it has none. */
  last: Type.Array(Type.Union([Type.Tuple([count, time]), Type.Null()])),
  /** Keys of checkpoints, by number. */
  tasks: Type.Array(Type.String()),
  /** Of ticks, in the order of the track: where each page begins, its bytes, and the first and last sim time in it. */
  ticks: Type.Array(Type.Tuple([count, count, time, time])),
  checkpoints: Type.Array(Type.Tuple([count, count])),
})
export type PlacesFooter = Type.Static<typeof footerSchema>

export const PLACES_INDEX: SidecarKind<PlacesFooter> = {
  file: PLACES_FILE,
  magic: Buffer.from('HCPL'),
  version: 1,
  read: createCheckedReader<PlacesFooter>(footerSchema, { maxBytes: MAX_FOOTER_BYTES }),
  tracks: ['events', 'state'],
}
