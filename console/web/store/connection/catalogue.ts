// Reads the binary catalogue: where every asset stands, which kind it is and in which scope.
import { CATALOGUE_HEADER_BYTES, CATALOGUE_MAGIC } from '../../../messages.ts'

export type MapCatalogue = {
  size: number
  /** Degrees, WGS-84, by asset number. */
  lon: Float64Array
  lat: Float64Array
  /** Index into `domains`. */
  domain: Uint8Array
  /** Index into RunView.scopes; 0 = the whole city. */
  scope: Uint8Array
  domains: string[]
}

/** Decodes GET /api/catalogue/:hash; throws with the size it expected when the bytes are not one. */
export function decodeCatalogue(bytes: ArrayBuffer, domains: string[]): MapCatalogue {
  const view = new DataView(bytes)
  if (bytes.byteLength < CATALOGUE_HEADER_BYTES || view.getUint32(0, true) !== CATALOGUE_MAGIC) {
    throw new Error(`catalogue: ${bytes.byteLength} bytes without the HCC1 header`)
  }
  const size = view.getUint32(4, true)
  const expected = CATALOGUE_HEADER_BYTES + 6 * size
  if (bytes.byteLength !== expected) {
    throw new Error(`catalogue: ${bytes.byteLength} bytes, expected ${expected} for ${size} assets`)
  }
  const [lon0, lat0, lonStep, latStep] = [8, 16, 24, 32].map((at) => view.getFloat64(at, true))
  const lonAt = new Uint16Array(bytes, CATALOGUE_HEADER_BYTES, size)
  const latAt = new Uint16Array(bytes, CATALOGUE_HEADER_BYTES + 2 * size, size)
  const lon = new Float64Array(size)
  const lat = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    lon[i] = lon0 + lonAt[i] * lonStep
    lat[i] = lat0 + latAt[i] * latStep
  }
  return {
    size,
    lon,
    lat,
    domain: new Uint8Array(bytes, CATALOGUE_HEADER_BYTES + 4 * size, size),
    scope: new Uint8Array(bytes, CATALOGUE_HEADER_BYTES + 5 * size, size),
    domains,
  }
}
