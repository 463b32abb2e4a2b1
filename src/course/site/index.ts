/** The door to the lesson site (`#course/site`). */
export { buildSite, type SiteOptions, type SiteReport } from './build';
