// roads.json, which a city may lack: the roads that people know it by, drawn by hand, and the river crossings among them.
import { type Static, Type } from 'typebox'
import type { Shape } from '../geography/geo.ts'
import type { Problems } from './seed-file.ts'
import { Source, TextSchema } from './text-schema.ts'

const exactly = { additionalProperties: false }
const Words = Type.String({ minLength: 1 })
const Lon = Type.Number({ minimum: -180, maximum: 180 })
const Lat = Type.Number({ minimum: -90, maximum: 90 })

const RoadSchema = Type.Object(
  {
    name: TextSchema,
    /** Trunk: a road without level crossings or frontages. */
    class: Type.Union(
      [Type.Literal('trunk'), Type.Literal('arterial'), Type.Literal('collector')],
      { expected: 'trunk, arterial or collector' },
    ),
    /** Roads that go on in each other under other names share a word here. */
    through: Type.Optional(Words),
    /** [lon, lat] along the middle; an end near another road is joined to it. */
    line: Type.Array(Type.Tuple([Lon, Lat]), { minItems: 2 }),
  },
  exactly,
)

const CrossingSchema = Type.Object({ name: TextSchema, lon: Lon, lat: Lat }, exactly)

export const RoadsSchema = Type.Object(
  {
    sources: Type.Array(Source),
    roads: Type.Array(RoadSchema),
    /** Bridges and tunnels: one of the roads must cross the water here. */
    crossings: Type.Array(CrossingSchema),
  },
  exactly,
)

export type NamedRoad = Static<typeof RoadSchema>
export type NamedCrossing = Static<typeof CrossingSchema>
export type RoadsFile = Static<typeof RoadsSchema>

/** Points that lie in no district. */
export function checkRoads(
  { roads }: RoadsFile,
  outlines: Shape[],
  label: string,
  problems: Problems,
): void {
  for (const [r, road] of roads.entries()) {
    for (const [p, [lon, lat]] of road.line.entries()) {
      if (outlines.some((outline) => outline.contains(lon, lat))) continue
      const where = `${label} roads[${r}].line[${p}]`
      problems.add(where, `${lon}, ${lat} (${road.name.en})`, 'a point in one of the districts')
    }
  }
}
