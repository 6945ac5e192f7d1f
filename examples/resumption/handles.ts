// Lowest level: one session.
import { native, type Handle } from "./native.js";

/** The session of a connection, with a reference for the caller. */
export function take(ssl: Handle): Handle | null {
  return native.get1(ssl) as Handle | null;
}

/** Gives the session back unless it can be resumed. True means that it is gone. */
export function dropIfStale(session: Handle): boolean {
  if (native.isResumable(session) === 1) return false;
  native.free(session);
  return true;
}
