// What live figures keep on `globalThis`: for TypeScript.

/** rnncourse/viz/live/core.mjs: how many widgets a page or a notebook has shown. */
declare var rnncourseWidgets: number | undefined;
/** rnncourse/viz/live/numbers.mjs: weights that a script brought, by their hash. */
declare var rnncourseWeights: { [sha256: string]: { manifest: any; data: string } } | undefined;
