/**
 * Loaded into Node-RED before it starts: tells on a signal, which means nothing to a process without a terminal, how many
 * listeners the process and the events of the runtime have.
 */
"use strict";

function count(emitter) {
  return emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);
}

process.on("SIGWINCH", () => {
  const { events } = require("@node-red/util");
  console.log(`${count(process) + count(events)} listeners counted`);
});
