// What the console says of what is wrong: alerts with their groups, and findings (assets abnormal together), and what is under way.
import type { Alert } from '../processor/contract/types.ts'
import type { Text } from '../seeds/contract.ts'

/** GET /api/alerts: an alert, and its group by the id of the group's first. */
export type AlertView = Alert & { group: string }

/**
 * GET /api/findings, newest first: assets of one domain that have one value of an attribute in common and are abnormal
 * together, far more of them than elsewhere in the city at the same time.
 */
export type FindingView = {
  epoch: number
  id: string
  domain: string
  /** What they have in common: an attribute of the catalogue, and its value. */
  attribute: string
  value: string
  /** The state that most of them are in: a code of the layer's states, or `silent`. */
  state: string
  /** Abnormal, of so many that have that value and have ever reported; once it is over, as it was at its most. */
  count: number
  of: number
  /** Share of the domain's other assets that were abnormal at the same time. */
  usual: number
  /** Sim time from which so many are. */
  since: string
  /** It was so already when this server first heard of them: `since` is then the latest that it can be. */
  sinceAtLatest: boolean
  /** Sim time at which it was over. */
  until: string | null
  /** Where they are, most first. */
  districts: { code: string; count: number }[]
  /** Middle of the abnormal ones, and how far from it nine in ten of them stand. */
  lon: number
  lat: number
  km: number
}

/** GET /api/findings/:id: its abnormal assets now by catalogue number; none once it is over. */
export type FindingAssets = { id: string; assets: number[] }

/**
 * POST /api/acknowledgements: somebody has seen this alert or finding, `by` as they call themselves, or gives it `to`
 * somebody.
 */
export type AcknowledgementRequest = { id: string; by?: string; to?: string }

/** Who saw it first stands; to whom it was given, and what is being done about it, as of last. */
export type Acknowledgement = {
  epoch: number
  /** Of the alert or finding. */
  id: string
  by: string | null
  /** Whose it is, in words. */
  to: string | null
  /**
   * The newest command that is about it: names it in its arguments, or goes to an asset of what it is about (its KPI's
   * domain in its district, or what the finding's assets have in common).
   */
  command: { id: string; name: string; simTime: string } | null
  /** Wall ms, and sim time. */
  at: number
  simTime: string
}

/** One thing under way: the newest step that it took, and its fields as all of them left them. */
export type AssetItem = { id: string; type: string; time: string; data: Record<string, unknown> }

/** One of GET /api/items: what is under way, and at which asset; `due` = by when its next step is. */
export type ListedItem = AssetItem & {
  asset: string
  number: number
  name: Text
  district: string
  due: string | null
  overdue: boolean
}

/** GET /api/items: what is late first. `total` and `overdue` of the district asked for, `matching` of all that was asked. */
export type ItemsView = {
  items: ListedItem[]
  matching: number
  total: number
  overdue: number
  /** false = the log is still being read. */
  complete: boolean
}
