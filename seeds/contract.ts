// What the seeds hand to everyone: the city, its catalogue of assets, the plan and a scenario, as plain data.

import type { CalendarPeriod } from '../infra/time.ts'
import type { LandmarkKind } from './landmarks.ts'
import type { Places } from './load/places.ts'

export type Text = { zh: string; en: string }

/** A published or assumed origin of a number. */
export type Grade = 'official' | 'demo assumption'

export type District = {
  /** Six digits. */
  code: string
  name: Text
  /** Residents in units of 10,000. */
  population10k: number
  areaKm2: number
}

/** Who offers the city's readings to the public, and on what terms. */
export type OpenData = {
  publisher: Text
  licence: {
    /** SPDX identifier, e.g. `CC0-1.0`. */
    name: string
    url: string
    text: Text
  }
}

export type Landmark = { name: Text; lon: number; lat: number; kind?: LandmarkKind }

export type Calendar = {
  /** City dates (`2025-10-01`) that are public holidays, and weekend dates worked in exchange. */
  holidays: string[]
  workdays: string[]
  /** Spans of dates without school, both ends included. */
  schoolHolidays?: [from: string, to: string][]
  /** Days of the month on which wages come. */
  payDays?: number[]
}

/** What the weather is drawn by; January first. */
export type Climate = {
  months: {
    meanC: number
    /** Highest of a dry day less its lowest. */
    swingC: number
    rainMm: number
    wetDays: number
    stormDays: number
  }[]
}

/** What makes one day's level of a curve differ from another's; bounds and meaning of each in seeds/load/days.ts. */
export type CurveEffects = {
  /** Curves of one family have their good and bad days together; default: the curve's name. */
  family?: string
  day?: number
  noise?: number
  rain?: number
  heat?: number
  eve?: number
  schoolBreak?: number
  payDay?: number
  months?: number[]
  mornings?: number[]
  evenings?: number[]
}

/**
 * A daily demand curve: 24 values at the middle of each city hour, a smooth line through them, mean about 1;
 * `weekdayFactors[0]` is Sunday's.
 */
export type DemandCurve = {
  workday: number[]
  weekend: number[]
  holiday: number[]
  weekdayFactors: number[]
  effects?: CurveEffects
}

export type City = {
  /** Folder under seeds/. */
  id: string
  name: Text
  /** Code of the whole city, six digits. */
  code: string
  /** Whole city first, then districts by code: index into this list is the scope number everywhere. */
  scopes: { code: string; name: Text }[]
  districts: District[]
  calendar: Calendar
  /** Absent from a city made by hand: its days are dry and mild. */
  climate?: Climate
  landmarks: Landmark[]
  /** Number of cells; every P must divide it. */
  cells: number
  /** Curves of `seeds/<city>/demand.json` by name. */
  demand: Record<string, DemandCurve>
  /** Section `simulation` of `seeds/<city>/<domain>.json` by domain; each domain checks its own against its schema. */
  domainParameters: Record<string, unknown>
  /** SHA-256 over the sorted lines `<relative path>\t<sha256>\n`, without scenarios/ and plan.json. */
  seedsDigest: string
  /** Absent from a city made by hand: its readings are not published. */
  openData?: OpenData
  /** What the catalogue and the map are built from; `loadCity` always fills it, a city made by hand may lack it. */
  places?: Places
}

export type AttributeValue = string | number | boolean

/**
 * All assets of the city at one scale, numbered 0..size-1 by (domain, id) in code-unit order.
 * Columns are indexed by asset number.
 */
export type Catalogue = {
  /** SHA-256 hex over the catalogue's canonical lines. */
  hash: string
  size: number
  scale: number
  /** Domains in code-unit order. */
  domains: string[]
  /** Asset numbers [from, to) of each domain. */
  ranges: Record<string, { from: number; to: number }>
  ids: string[]
  /** Index into `domains`. */
  domain: Uint8Array
  /** Index into City.scopes; 0 for city-wide assets. */
  district: Uint8Array
  /** 0..cells-1; partition = cell mod P. */
  cell: Uint16Array
  /** WGS-84 degrees, 5 decimals; city-wide assets carry the city's centre. */
  lon: Float64Array
  lat: Float64Array
  /** Instant (ms) from which the asset reports. */
  commissionedAt: Float64Array
  attributes: Record<string, AttributeValue>[]
  names: Text[]
  /** Asset number of an id, or -1. */
  numberOf(id: string): number
}

/** What says where each asset is and whose: all that its events' numbers need. */
export type PlacedAssets = Omit<Catalogue, 'attributes' | 'names'>

export type Target = {
  /** e.g. `5g-2025`. */
  id: string
  /** e.g. `five-g-site.coverage`. */
  kpi: string
  name: Text
  /** For a tile; the KPI then goes by `name` and `short` in place of its domain's words. */
  short?: Text
  /** In `unit`; a count for shares whose target is a number of things, a fraction for `unit: "1"`. */
  value: number
  unit: string
  /** City date; due at the end of that day in Asia/Shanghai. */
  due: string
  baseline: { date: string; value: number; grade: Grade; source: string }
  grade: Grade
  /** Figures come by whole periods, so many days after each: until then the last one is held against the line of its time. */
  reported?: { every: CalendarPeriod; lagDays: number }
  /** The clause says "about": so much less, as a fraction, is as good. */
  about?: number
  /** Clause as quoted by the source, or a paraphrase where its words were not found. */
  clause: Text
  wording?: 'paraphrase'
  document: Text
  documentDate: string
  source: string
  /** Counting rule (口径). */
  rule: Text
}

export type Plan = {
  /** What every reader of targets and values must know; absent from a plan that says nothing. */
  notice?: Text
  /** Words for annotations used as units of targets, e.g. `{dataset}`. */
  units?: Record<string, Text>
  targets: Target[]
  /** Planned numbers of the share KPIs by scope code, unscaled; districts sum to the city's. */
  planned: Record<string, Record<string, number>>
}

export type Cadence = { everyMs: number; phase: 'spread' | 'aligned' }

export type FaultKind = 'drop' | 'duplicate' | 'late' | 'corrupt' | 'gateway-outage'
export type Fault = {
  kind: FaultKind
  domain: string
  /** 0-1 of the domain's events (or of its assets, for a gateway outage). */
  share: number
  fromMs: number
  forMs: number
  delayMs: number
}

/** Where an incident is: a district or the whole city by code, all within `km` of a point or of a line, or a polygon (lon, lat). */
export type IncidentPlace =
  | { district: string }
  | { lon: number; lat: number; km: number }
  | { route: [number, number][]; km: number }
  | { polygon: [number, number][] }

/** In the colours of the warning signals, mildest first. */
export const SEVERITIES = ['blue', 'yellow', 'orange', 'red'] as const
export type Severity = (typeof SEVERITIES)[number]

/** What goes wrong, as a scenario or an operator says it; `from` and `for` in ms, `from` counted from the start. */
export type PlannedIncident = {
  id: string
  kind: string
  fromMs: number
  forMs: number
  place: IncidentPlace
  severity: Severity
  /** What its kind asks for besides. */
  parameters: Record<string, unknown>
}

/** A moment of a presenter's walk: words, where the map looks, KPIs that it is about. Changes no event. */
export type Cue = {
  /** ISO 8601 duration after the start. */
  at: string
  title: Text
  say?: Text
  camera?: { lon: number; lat: number; zoom: number }
  highlight?: string[]
  /** From here on. */
  speed?: number
  /** The clock is to stop here. */
  hold?: boolean
}

/** A scenario after flags and defaults; instants and durations in ms. */
export type Scenario = {
  name: string
  city: string
  title: Text
  seed: number
  start: number
  durationMs: number
  speed: number
  scale: number
  domains: string[]
  windowMs: number
  tickMs: number
  allowedLatenessMs: number
  cadence: Record<string, Cadence>
  /** Multipliers by curve name, default 1. */
  demand: Record<string, number>
  /** By domain, what replaces numbers of its model. */
  parameters: Record<string, Record<string, unknown>>
  incidents: PlannedIncident[]
  faults: Fault[]
  cues: Cue[]
  partitions: number
  /** SHA-256 hex of the RFC 8785 JSON of {partitions, scenario, seeds} (design.md §4). */
  digest: string
  /** `r-` + 12 hex. */
  runId: string
}

/** Flags that replace fields of a scenario file. */
export type ScenarioFlags = {
  seed?: number
  start?: string
  for?: string
  speed?: number
  scale?: number
  partitions?: number
  domains?: string[]
}

/** The city's places; throws for a city that was not loaded from files. */
export function placesOf(city: City): Places {
  if (!city.places) throw new Error(`city ${city.id} has no places: load it with loadCity`)
  return city.places
}
