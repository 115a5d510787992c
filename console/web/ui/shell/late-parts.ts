// What comes once the map stands, as one file: each part fetched by itself would be a file and a name more.
export { EngineRoom } from '../engine/engine-room.tsx'
export { AssetList } from '../find/asset-list.tsx'
export { Search } from '../find/search.tsx'
export { IncidentForm } from '../incidents/incident-form.tsx'
export { Presenter } from '../presenting/presenter.tsx'
export { Proof } from '../proof/proof.tsx'
