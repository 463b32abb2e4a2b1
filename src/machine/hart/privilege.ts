/** Privilege levels and the modes made of them (Privileged, "Privilege Levels"). */

/** The level as encoded in mstatus.MPP and in bits 9:8 of a CSR's number. */
export type Privilege = 0 | 1 | 3;

export const U = 0;
export const S = 1;
export const M = 3;

/** A mode as people name it. S is what the manual calls HS once the hypervisor extension is there; VS and VU come with it. */
export type Mode = 'M' | 'S' | 'U' | 'VS' | 'VU';

const MODE: Readonly<Record<Privilege, Mode>> = { [M]: 'M', [S]: 'S', [U]: 'U' };
const GUEST_MODE: Readonly<Record<Privilege, Mode>> = { [M]: 'M', [S]: 'VS', [U]: 'VU' }; // M-mode is never a guest

/** The nominal privilege: S for VS, U for VU. */
export const privilegeOf = (mode: Mode): Privilege => (mode === 'M' ? M : mode === 'S' || mode === 'VS' ? S : U);
/** The virtualization mode V. */
export const isGuest = (mode: Mode): boolean => mode === 'VS' || mode === 'VU';
/** All modes that a hart with or without the hypervisor extension can be in. */
export const modes = (hasGuests: boolean): readonly Mode[] =>
  hasGuests ? ['M', 'S', 'U', 'VS', 'VU'] : ['M', 'S', 'U'];
export const modeOf = (privilege: Privilege, inGuest: boolean): Mode => (inGuest ? GUEST_MODE : MODE)[privilege];

/** The modes that handle traps. */
export type HandlerMode = 'M' | 'S' | 'VS';
