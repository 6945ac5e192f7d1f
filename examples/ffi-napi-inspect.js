// Prints what a connection negotiated. Binding: ffi-napi.
const ffi = require("ffi-napi");

const libssl = ffi.Library("libssl", {
  SSL_get_session: ["pointer", ["pointer"]],
  SSL_SESSION_get_protocol_version: ["int", ["pointer"]],
  SSL_SESSION_get_time: ["long", ["pointer"]],
  SSL_SESSION_free: ["void", ["pointer"]],
});

function inspect(ssl) {
  const session = libssl.SSL_get_session(ssl);
  if (session.isNull()) return null;
  const version = libssl.SSL_SESSION_get_protocol_version(session);
  const time = libssl.SSL_SESSION_get_time(session);
  libssl.SSL_SESSION_free(session);
  return { version, time };
}

module.exports = { inspect };
