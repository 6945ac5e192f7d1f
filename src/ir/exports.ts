/** Names in `import` instructions and exports that stand for no single thing that a module names itself. */

/** What a module exports without a name. */
export const defaultExport = "default";
/** The one object that a module is, where it makes its exports one. */
export const wholeModule = "module.exports";
/** All that a module exports, by name. */
export const namespaceExport = "*";
