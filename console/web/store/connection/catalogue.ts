// Reads the binary catalogue: where every asset stands, which kind it is and in which scope; roughly at first.
import { CATALOGUE_HEADER_BYTES, CATALOGUE_MAGIC } from '../../../messages.ts'
import { COARSE_MAGIC, FINE_HEADER_BYTES, FINE_MAGIC } from '../../../packed-messages.ts'

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
  /** Takes the fine part: until then an asset stands anywhere within a cell of half a kilometre; absent = all is known. */
  refine?(fine: ArrayBuffer): void
}

/** Decodes GET /api/catalogue/:hash, whole or its coarse part; throws with the size it expected when the bytes are neither. */
export function decodeCatalogue(bytes: ArrayBuffer, domains: string[]): MapCatalogue {
  const view = new DataView(bytes)
  const magic = bytes.byteLength < CATALOGUE_HEADER_BYTES ? 0 : view.getUint32(0, true)
  if (magic !== CATALOGUE_MAGIC && magic !== COARSE_MAGIC) {
    throw new Error(`catalogue: ${bytes.byteLength} bytes without the header HCC1 or HCC2`)
  }
  const size = view.getUint32(4, true)
  const isCoarse = magic === COARSE_MAGIC
  const domainAt = CATALOGUE_HEADER_BYTES + (isCoarse ? 2 : 4) * size
  sizeFits('catalogue', bytes, domainAt + 2 * size, size)
  const [lon0, lat0, lonStep, latStep] = [8, 16, 24, 32].map((at) => view.getFloat64(at, true))
  const Column = isCoarse ? Uint8Array : Uint16Array
  const lonAt = new Column(bytes, CATALOGUE_HEADER_BYTES, size)
  const latAt = new Column(bytes, CATALOGUE_HEADER_BYTES + size * Column.BYTES_PER_ELEMENT, size)
  const catalogue: MapCatalogue = {
    size,
    lon: new Float64Array(size),
    lat: new Float64Array(size),
    domain: new Uint8Array(bytes, domainAt, size),
    scope: new Uint8Array(bytes, domainAt + size, size),
    domains,
  }
  const place = (lonOf: (i: number) => number, latOf: (i: number) => number) => {
    for (let i = 0; i < size; i++) {
      catalogue.lon[i] = lon0 + lonOf(i) * lonStep
      catalogue.lat[i] = lat0 + latOf(i) * latStep
    }
  }
  if (!isCoarse) {
    place(
      (i) => lonAt[i],
      (i) => latAt[i],
    )
    return catalogue
  }
  // Anywhere in its cell is as true as its middle, and draws no lattice over the city.
  place(
    (i) => 256 * lonAt[i] + somewhere(i),
    (i) => 256 * latAt[i] + somewhere(i + size),
  )
  catalogue.refine = (fine) => {
    const low = fineOf(fine, size)
    place(
      (i) => 256 * lonAt[i] + low[i],
      (i) => 256 * latAt[i] + low[size + i],
    )
    catalogue.refine = undefined
  }
  return catalogue
}

/** 0 to 255, the same at each call. */
const somewhere = (i: number): number => Math.imul(i + 1, 2654435761) >>> 24

function fineOf(bytes: ArrayBuffer, size: number): Uint8Array {
  if (
    bytes.byteLength < FINE_HEADER_BYTES ||
    new DataView(bytes).getUint32(0, true) !== FINE_MAGIC
  ) {
    throw new Error(`fine catalogue: ${bytes.byteLength} bytes without the header HCC3`)
  }
  sizeFits('fine catalogue', bytes, FINE_HEADER_BYTES + 2 * size, size)
  return new Uint8Array(bytes, FINE_HEADER_BYTES)
}

function sizeFits(what: string, bytes: ArrayBuffer, expected: number, size: number): void {
  if (bytes.byteLength === expected) return
  throw new Error(`${what}: ${bytes.byteLength} bytes, expected ${expected} for ${size} assets`)
}
