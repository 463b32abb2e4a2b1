/** The interpreter's module for hart 0 and the usual threshold, which scripts/build.mjs puts into bundles here: to generate it takes longer than a short guest runs. */
export const PREBUILT: Uint8Array<ArrayBuffer> | undefined = undefined;
