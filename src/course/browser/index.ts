/** The door to guests in a page: what the worker does, how a guest gets there, and what both sides say. */
export { packGuest, unpackGuest, type GuestPack } from './guest-pack';
export { GuestSession } from './guest-session';
export { serve, type Surroundings } from './serve';
export type { ExitRow, Order, Picture, Report } from './messages';
