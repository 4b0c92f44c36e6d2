export { KeyRing, newKey } from "./keys.js";
export { createLog } from "./log.js";
export { Service, type ServiceOptions } from "./service.js";
export { defaultSettings, type ServeSettings } from "./settings.js";
export { findSource, findSources } from "./sources.js";
