// What a person means by a place on the map: from afar a district, from near an asset.

export type Meant =
  | { kind: 'asset'; number: number }
  | { kind: 'district'; code: string }
  | { kind: 'ground' }

/** From this zoom on assets are drawn one by one, and a click means one of them. */
const ASSETS_FROM_ZOOM = 11
/** Nobody who looks from so near means a whole district by the empty ground. */
const GROUND_FROM_ZOOM = 13

/** What lies at a place; asked only where the answer counts. */
export type Under = {
  /** An abnormal asset whose mark stands out there, -1 = none. */
  mark(): number
  /** The nearest asset that is drawn there, -1 = none. */
  asset(): number
  district(): string | null
}

/** The same for a click and for the tip under the pointer, so that they agree. */
export function whatIsMeant(zoom: number, under: Under): Meant {
  const number = zoom < ASSETS_FROM_ZOOM ? under.mark() : under.asset()
  if (number >= 0) return { kind: 'asset', number }
  const code = zoom < GROUND_FROM_ZOOM ? under.district() : null
  return code === null ? { kind: 'ground' } : { kind: 'district', code }
}

type Open = { district: string | null; asset: number | null }

/** What is open after a click: the ground closes an asset; so does the district that one is already in. */
export function afterClick(meant: Meant, open: Open): Open {
  if (meant.kind === 'asset') return { ...open, asset: meant.number }
  if (meant.kind === 'district') return { district: meant.code, asset: null }
  return { ...open, asset: null }
}
