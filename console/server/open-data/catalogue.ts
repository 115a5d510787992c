// The data set described for catalogues: DCAT-AP 3 as JSON-LD, a catalogue of one data set with its distributions.
import { formatDuration, isoTime } from '../../../infra/time.ts'
import type { Text } from '../../../seeds/contract.ts'
import type { CityView } from '../../messages.ts'
import type { ShownRun } from '../state/run.ts'
import { noticeOf, termsOf, titleOf } from './open-data.ts'

const CONTEXT = {
  dcat: 'http://www.w3.org/ns/dcat#',
  dct: 'http://purl.org/dc/terms/',
  foaf: 'http://xmlns.com/foaf/0.1/',
  geosparql: 'http://www.opengis.net/ont/geosparql#',
  rdfs: 'http://www.w3.org/2000/01/rdf-schema#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
}
const IANA = 'https://www.iana.org/assignments/media-types/'
/** The European Union's lists, from which DCAT-AP takes languages, file types and access rights. */
const EU = 'http://publications.europa.eu/resource/authority/'

const typed = (type: string, id: string) => ({ '@id': id, '@type': type })
const LANGUAGES = ['ZHO', 'ENG'].map((l) => typed('dct:LinguisticSystem', `${EU}language/${l}`))

const inBoth = ({ zh, en }: Text) => [
  { '@language': 'zh-CN', '@value': zh },
  { '@language': 'en', '@value': en },
]
const instant = (time: string) => ({ '@type': 'xsd:dateTime', '@value': time })

/**
 * The catalogue at `base` (such as `http://127.0.0.1:8080`). The data set's period runs from the run's start to the slowest
 * KPI's watermark; it was modified when the newest reading was written, or `now` before the first. What is said of more than
 * one thing (who may use it and how, place, publisher) is one resource, named once and pointed at.
 */
export function openDataCatalogue(
  run: ShownRun,
  bounds: CityView['bounds'],
  base: string,
  now: number,
) {
  const { descriptor, city, readings } = run
  const { publisher, licence } = termsOf(run)
  const here = `${base}/api/open-data`
  const until = readings.slowestWatermark()
  const license = typed('dct:LicenseDocument', licence.url)
  const rights = {
    ...typed('dct:RightsStatement', `${here}#rights`),
    'rdfs:label': inBoth(licence.text),
  }
  const agent = { ...typed('foaf:Agent', `${here}#publisher`), 'foaf:name': inBoth(publisher) }
  const place = {
    ...typed('dct:Location', `${here}#place`),
    'dct:identifier': city.code,
    'rdfs:label': inBoth(city.name),
    'dcat:bbox': { '@type': 'geosparql:wktLiteral', '@value': wktBox(bounds) },
  }
  const modified = instant(isoTime(readings.changedAt() || now))
  const page = typed('foaf:Document', `${base}/`)

  const distribution = (format: string, mediaType: string, title: Text) => ({
    ...typed('dcat:Distribution', `${here}?format=${format}`),
    'dct:title': inBoth(title),
    'dcat:accessURL': { '@id': `${here}?format=${format}` },
    'dcat:downloadURL': { '@id': `${here}?format=${format}` },
    'dcat:mediaType': typed('dct:MediaType', `${IANA}${mediaType}`),
    'dct:format': typed('dct:MediaTypeOrExtent', `${EU}file-type/${format.toUpperCase()}`),
    'dct:license': license,
    'dct:rights': { '@id': rights['@id'] },
  })

  const dataset = {
    ...typed('dcat:Dataset', here),
    'dct:identifier': descriptor.run,
    'dct:title': inBoth(titleOf(run)),
    'dct:description': inBoth(noticeOf(run)),
    'dct:publisher': { '@id': agent['@id'] },
    'dct:license': license,
    'dct:accessRights': typed('dct:RightsStatement', `${EU}access-right/PUBLIC`),
    'dct:modified': modified,
    'dct:language': LANGUAGES,
    'dct:temporal': {
      '@type': 'dct:PeriodOfTime',
      'dcat:startDate': instant(descriptor.start),
      'dcat:endDate': instant(until === null ? descriptor.start : isoTime(until)),
    },
    'dcat:temporalResolution': {
      '@type': 'xsd:duration',
      '@value': formatDuration(descriptor.window),
    },
    'dct:spatial': { '@id': place['@id'] },
    'dcat:keyword': Object.values(descriptor.declarations).flatMap(({ label }) => inBoth(label)),
    'dcat:distribution': [
      distribution('csv', 'text/csv', { zh: '表格（CSV）', en: 'Table (CSV)' }),
      distribution('json', 'application/json', { zh: '含条文（JSON）', en: 'With clauses (JSON)' }),
    ],
    'dcat:landingPage': page,
    'foaf:page': typed('foaf:Document', `${base}/openapi.json`),
  }

  return {
    '@context': CONTEXT,
    ...typed('dcat:Catalog', `${here}?format=dcat`),
    'dct:title': inBoth(titleOf(run)),
    'dct:description': inBoth(noticeOf(run)),
    'dct:publisher': agent,
    'dct:license': license,
    'dct:rights': rights,
    'dct:language': LANGUAGES,
    'dct:modified': modified,
    'dct:spatial': place,
    'foaf:homepage': { '@id': page['@id'] },
    'dcat:dataset': [dataset],
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
