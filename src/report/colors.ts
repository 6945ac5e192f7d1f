import type pc from "picocolors";

export type Colors = ReturnType<typeof pc.createColors>;
