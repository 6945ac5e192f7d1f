import type { CallbackEffect, CallbackParameter, NullBehaviour, Ownership } from "./model.js";

/** A function contract as it is written down: what equals its default is left out. */
export interface RawFunction {
  readonly signature?: string;
  readonly params?: readonly (string | null)[];
  readonly null?: Readonly<Record<string, NullBehaviour>>;
  readonly returns?: RawReturn;
  readonly success?: "nonzero" | "positive" | "nonnegative" | "zero";
  readonly effects?: readonly RawEffect[];
  readonly macro?: boolean;
  readonly aliasOf?: string;
  readonly prefer?: { readonly borrowed?: string; readonly owned?: string };
  readonly callback?: string;
  readonly callbackParam?: number;
  readonly family?: string;
  readonly doc?: string;
  readonly since?: string;
  readonly deprecated?: string | null;
  readonly verified?: readonly string[];
  readonly notes?: string;
}

export interface RawReturn {
  readonly class?: string;
  readonly ownership: Ownership;
  readonly from?: number;
  readonly via?: string;
  readonly nullable?: boolean;
  readonly interior?: boolean;
  readonly elements?: Ownership;
  readonly sameAs?: number | { readonly pointee: number };
  readonly sameObject?: "may";
  readonly sameObjectAs?: string;
  readonly takenFrom?: number;
}

/** Any effect: the schema says which keys belong to which kind. */
export interface RawEffect {
  readonly kind: "release" | "retain" | "transfer" | "share" | "keep" | "out" | "invalidate" | "link" | "unlink";
  readonly param?: number;
  readonly class?: string;
  readonly ownership?: Ownership | "same-as-return";
  readonly owner?: number;
  readonly via?: string;
  readonly from?: number;
  readonly to?: number | "return" | "library";
  readonly into?: number | "return";
  /** `return`, an argument, or words. */
  readonly what?: number | string;
  readonly [key: string]: unknown;
}

export interface RawClass {
  readonly release: string | null;
  readonly alsoReleasedBy?: readonly string[];
  readonly retain?: string | null;
  readonly copy?: string;
  readonly releaseAcceptsNull?: boolean;
  readonly refcounted?: boolean;
  readonly primary?: boolean;
  readonly notes?: string;
}

export interface RawCallback {
  readonly setters?: readonly string[];
  readonly signature?: string;
  readonly params: readonly (CallbackParameter | null)[];
  readonly effects?: readonly CallbackEffect[];
  readonly doc?: string;
  readonly verified?: readonly string[];
  readonly notes?: string;
}

/** The readable table, data/openssl-contracts.json. */
export interface RawTable {
  readonly schemaVersion: number;
  readonly library: string;
  readonly classes: Readonly<Record<string, RawClass>>;
  readonly opaqueClasses: readonly string[];
  readonly functions: Readonly<Record<string, RawFunction>>;
  readonly callbacks: Readonly<Record<string, RawCallback>>;
  readonly dialects: Readonly<Record<string, RawDialect>>;
}

export interface RawDialect {
  readonly missing?: readonly string[];
  /** Names that are macros in OpenSSL, and functions here. */
  readonly exported?: readonly string[];
  readonly functions?: Readonly<Record<string, RawFunction>>;
  readonly classes?: Readonly<Record<string, RawClass>>;
  /** OpenSSL name to the function behind it. */
  readonly nameMap?: Readonly<Record<string, string>>;
}
