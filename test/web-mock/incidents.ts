// Invented incidents of the mock city: kinds that nobody knows, one under way, and commands that start and end others.
import type {
  CityView,
  Cue,
  IncidentDeclaration,
  IncidentRecord,
  ServerMessage,
} from '../../console/messages.ts'

const HOUR_MS = 3_600_000
const text = (zh: string, en: string) => ({ zh, en })
const parameters = (properties: object) =>
  ({
    type: 'object',
    properties,
    additionalProperties: false,
  }) as unknown as IncidentDeclaration['parameters']

export const MOCK_INCIDENT_KINDS: IncidentDeclaration[] = [
  {
    kind: 'swarm',
    label: text('蜂群', 'Swarm'),
    about: text('蜂群过境，路灯逐盏熄灭', 'Bees cross, and lamps go out one by one'),
    parameters: parameters({
      bees: {
        ...{ type: 'integer', minimum: 1, maximum: 900, default: 40, unit: '{case}' },
        title: '蜂数 / bees',
      },
      rest: {
        ...{ type: 'string', default: 'PT30M', duration: { least: 'PT10M', most: 'PT12H' } },
        title: '歇脚 / rest',
      },
      name: { type: 'string', title: '名称 / name' },
    }),
    route: false,
  },
  {
    kind: 'parade',
    label: text('游行', 'Parade'),
    about: text('沿线封路', 'Closes the roads along it'),
    parameters: parameters({}),
    route: true,
  },
]

type Start = Pick<IncidentRecord, 'kind' | 'place' | 'severity' | 'parameters'> & { for: string }

export function createMockIncidents(epoch: () => number, now: () => number, district: string) {
  const began = now() - HOUR_MS / 4
  const records: IncidentRecord[] = [
    {
      ...{ epoch: epoch(), id: 'swarm-1', kind: 'swarm', place: { district }, severity: 'red' },
      ...{ from: iso(began), until: iso(began + 12 * HOUR_MS), parameters: {}, by: 'scenario' },
    },
  ]
  const brought = (incident: IncidentRecord): ServerMessage => ({
    op: 'event',
    kind: 'incident',
    incident,
  })

  return {
    /** Newest first. */
    all: () => records.toReversed(),
    /** What pages hear of a command about incidents; nothing for another. A place in the whole city is refused. */
    command(id: string, name: string, args: Record<string, unknown>): ServerMessage[] {
      const result = (error?: string): ServerMessage => ({
        ...{ op: 'event', kind: 'command-result', id, ok: error === undefined, error },
        ...(error === undefined ? { effectiveAt: iso(now()) } : {}),
      })
      if (name === 'incident.start') {
        const { kind, place, severity, parameters } = args as Start
        if ('km' in place && place.km > 50) return [result('args/place/km: got 60, expected less')]
        const incident: IncidentRecord = {
          ...{ epoch: epoch(), id, kind, place, severity, parameters, by: 'mock' },
          ...{ from: iso(now()), until: iso(now() + HOUR_MS) },
        }
        records.push(incident)
        return [result(), brought(incident)]
      }
      if (name !== 'incident.stop') return []
      const known = records.find((incident) => incident.id === args.id)
      if (!known) return [result(`id: got "${args.id}", expected one under way`)]
      known.until = iso(now())
      return [result(), brought(known)]
    },
  }
}

/** The walk of the mock: one step at the start, one that was reached, one to come. */
export function mockCues(start: number, { landmarks: [mark] }: CityView): Cue[] {
  const { lon, lat } = mark
  return [
    {
      at: iso(start),
      title: text('第一段', 'Step one'),
      say: text('城市在上报。', 'A city reports.'),
    },
    {
      ...{ at: iso(start + 600_000), title: text('第二段', 'Step two'), hold: true },
      say: text('看候车时间。', 'Look at the wait.'),
      ...{ camera: { lon, lat, zoom: 12 }, highlight: ['bus-stop.delay'] },
    },
    { at: iso(start + 12 * HOUR_MS), title: text('第三段', 'Step three') },
  ]
}

const iso = (ms: number) => new Date(ms).toISOString()
