// JSON Schemas of what /api and /live say of alerts and findings, each tied to its type in alert-messages.ts.
import { Type } from 'typebox'
import { alertSchema } from '../../../processor/contract/schemas.ts'
import {
  count,
  district,
  epoch,
  instant,
  orNull,
  schemaOf,
} from '../../../producers/contract/schema-of.ts'
import type {
  Acknowledgement,
  AcknowledgementRequest,
  AlertView,
  FindingAssets,
  FindingView,
} from '../../messages.ts'
import { number, string, wallMs } from './shapes.ts'

export const alertView = schemaOf<AlertView>()(
  Type.Object({
    ...alertSchema.properties,
    group: Type.String({
      description: 'Id of the first alert of its group: next to each other, soon after one another',
    }),
  }),
)

export const findingView = schemaOf<FindingView>()(
  Type.Object(
    {
      epoch,
      id: Type.String(),
      domain: Type.String(),
      attribute: string('Of the catalogue: what the assets have in common'),
      value: string('Of that attribute'),
      state: string("The state of most: a code of the layer's states, or silent"),
      count: count('Abnormal; once it is over, as it was at last'),
      of: count('With that value, of those that have ever reported'),
      usual: number("Share of the domain's other assets that was abnormal when it began"),
      since: instant('Simulated time from which so many are'),
      sinceAtLatest: Type.Boolean({
        description: 'It was so already when this server first heard of them',
      }),
      until: orNull(instant('Simulated time at which it was over')),
      districts: Type.Array(Type.Object({ code: district, count: count() }), {
        description: 'Where they are, most first',
      }),
      lon: number('Middle of the abnormal ones, degrees, WGS 84'),
      lat: Type.Number(),
      km: number('From the middle, nine in ten of them are within'),
    },
    {
      description:
        'Assets of one domain that have one value of an attribute in common and are abnormal together, far more than elsewhere',
    },
  ),
)

export const findingAssets = schemaOf<FindingAssets>()(
  Type.Object({
    id: Type.String(),
    assets: Type.Array(count(), {
      description: 'Catalogue numbers of those that are abnormal now; none once it is over',
    }),
  }),
)

export const acknowledgementRequest = schemaOf<AcknowledgementRequest>()(
  Type.Object({
    id: Type.String({ maxLength: 200, description: 'Of an alert or a finding of this run' }),
    by: Type.Optional(
      Type.String({ maxLength: 60, description: 'As the person calls themselves' }),
    ),
    to: Type.Optional(
      Type.String({ maxLength: 60, description: 'To whom it is given; empty = to nobody' }),
    ),
  }),
)

export const acknowledgement = schemaOf<Acknowledgement>()(
  Type.Object(
    {
      epoch,
      id: Type.String(),
      by: orNull(Type.String()),
      to: orNull(string('To whom it was given last')),
      command: orNull(
        Type.Object(
          { id: Type.String(), name: Type.String(), simTime: instant() },
          { description: 'The newest accepted command that is about it' },
        ),
      ),
      at: wallMs,
      simTime: instant(),
    },
    { description: 'Who saw an alert or finding first stands; lost when this server ends' },
  ),
)
