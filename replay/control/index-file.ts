// control.index, beside a recording: copies of what a replay has a use for, in pages, and tables of when each is due.
import Type from 'typebox'
import { createCheckedReader } from '../../infra/text/checked-json.ts'
import type { Recording } from '../recording/recording.ts'
import {
  FOOTER_FIELDS,
  MAX_FOOTER_BYTES,
  type OpenedSidecar,
  openSidecar,
  readPage,
  type SidecarKind,
} from '../sidecar/sidecar-file.ts'
import { ControlTable } from './control-table.ts'

export const INDEX_FILE = 'control.index'
export const INDEX_FORMAT = 'huacheng-control-index'

const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const footerSchema = Type.Object({
  format: Type.Literal(INDEX_FORMAT),
  ...FOOTER_FIELDS,
  /** Where each begins, its bytes and its records. */
  pages: Type.Array(Type.Tuple([count, count, count])),
  /** Bytes of each; they follow the pages. */
  tables: Type.Array(count),
})
type IndexFooter = Type.Static<typeof footerSchema>

export const CONTROL_INDEX: SidecarKind<IndexFooter> = {
  file: INDEX_FILE,
  magic: Buffer.from('HCIX'),
  version: 1,
  read: createCheckedReader<IndexFooter>(footerSchema, { maxBytes: MAX_FOOTER_BYTES }),
  tracks: ['control'],
}

export type OpenedIndex = OpenedSidecar<IndexFooter> & { table: ControlTable }

/** In words why there is none that could be used; whoever gets one closes its handle. */
export async function openIndex(recording: Recording): Promise<OpenedIndex | string> {
  const opened = await openSidecar(recording, CONTROL_INDEX)
  if (typeof opened === 'string') return opened
  const table = await tableOf(opened).catch((error: Error) => error.message)
  if (typeof table !== 'string') return { ...opened, table }
  await opened.handle.close()
  return table
}

async function tableOf(opened: OpenedSidecar<IndexFooter>): Promise<ControlTable | string> {
  const { pages, tables } = opened.footer
  let at = pages.reduce((end, [from, bytes]) => Math.max(end, from + bytes), 0)
  const records = pages.map(([, , count]) => count)
  const table = new ControlTable()
  for (const bytes of tables) {
    const text = await readPage(opened, INDEX_FILE, at, bytes)
    if (!table.addBytes(text, records)) return 'its table does not fit its pages'
    at += bytes
  }
  return table
}
