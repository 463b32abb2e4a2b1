/** The door to profiles: where a guest spends its instructions, and where the host spends its time. */
export { flameGraph } from './flame';
export { foldedText, functionsOf, type FunctionShare } from './folded';
export { HostTime, type TimeShare } from './host-time';
export { profile, type Profile, type ProfileOptions } from './profile';
export { stackOf, type View } from './stack';
