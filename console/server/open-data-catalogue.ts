// The data set described for catalogues: DCAT 2 as JSON-LD, with its distributions, place, period, publisher and licence.
import { formatDuration, isoTime } from '../../infra/time.ts'
import type { Text } from '../../seeds/contract.ts'
import type { CityView } from '../messages.ts'
import { noticeOf, termsOf, titleOf } from './open-data.ts'
import type { Run } from './run.ts'

const CONTEXT = {
  dcat: 'http://www.w3.org/ns/dcat#',
  dct: 'http://purl.org/dc/terms/',
  foaf: 'http://xmlns.com/foaf/0.1/',
  geosparql: 'http://www.opengis.net/ont/geosparql#',
  rdfs: 'http://www.w3.org/2000/01/rdf-schema#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
}
const IANA = 'https://www.iana.org/assignments/media-types/'

const inBoth = ({ zh, en }: Text) => [
  { '@language': 'zh-CN', '@value': zh },
  { '@language': 'en', '@value': en },
]
const instant = (time: string) => ({ '@type': 'xsd:dateTime', '@value': time })

/**
 * The data set at `base` (such as `http://127.0.0.1:8080`). Its period runs from the run's start to the slowest KPI's
 * watermark; it was modified when the newest reading was written, or `now` before the first.
 */
export function openDataCatalogue(run: Run, bounds: CityView['bounds'], base: string, now: number) {
  const { descriptor, city, readings } = run
  const { publisher, licence } = termsOf(run)
  const license = { '@id': licence.url }
  const until = readings.slowestWatermark()
  const here = `${base}/api/open-data`

  const distribution = (format: string, mediaType: string, title: Text) => ({
    '@type': 'dcat:Distribution',
    '@id': `${here}?format=${format}`,
    'dct:title': inBoth(title),
    'dcat:accessURL': { '@id': `${here}?format=${format}` },
    'dcat:downloadURL': { '@id': `${here}?format=${format}` },
    'dcat:mediaType': { '@id': `${IANA}${mediaType}` },
    'dct:license': license,
    'dct:rights': inBoth(licence.text),
  })

  return {
    '@context': CONTEXT,
    '@id': here,
    '@type': 'dcat:Dataset',
    'dct:identifier': descriptor.run,
    'dct:title': inBoth(titleOf(run)),
    'dct:description': inBoth(noticeOf(run)),
    'dct:publisher': { '@type': 'foaf:Agent', 'foaf:name': inBoth(publisher) },
    'dct:license': license,
    'dct:rights': inBoth(licence.text),
    'dct:modified': instant(isoTime(readings.changedAt() || now)),
    'dct:language': ['zh-CN', 'en'],
    'dct:temporal': {
      '@type': 'dct:PeriodOfTime',
      'dcat:startDate': instant(descriptor.start),
      'dcat:endDate': instant(until === null ? descriptor.start : isoTime(until)),
    },
    'dcat:temporalResolution': {
      '@type': 'xsd:duration',
      '@value': formatDuration(descriptor.window),
    },
    'dct:spatial': {
      '@type': 'dct:Location',
      'dct:identifier': city.code,
      'rdfs:label': inBoth(city.name),
      'dcat:bbox': { '@type': 'geosparql:wktLiteral', '@value': wktBox(bounds) },
    },
    'dcat:keyword': Object.values(descriptor.declarations).flatMap(({ label }) => inBoth(label)),
    'dcat:distribution': [
      distribution('csv', 'text/csv', { zh: '表格（CSV）', en: 'Table (CSV)' }),
      distribution('json', 'application/json', { zh: '含条文（JSON）', en: 'With clauses (JSON)' }),
    ],
    'dcat:landingPage': { '@id': `${base}/` },
    'foaf:page': { '@id': `${base}/openapi.json` },
  }
}

function wktBox([west, south, east, north]: CityView['bounds']): string {
  const corners = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ]
  return `POLYGON((${corners.map((corner) => corner.join(' ')).join(', ')}))`
}
