import should from "should";
import { SLOT_TRANSITIONS, Slot, type SlotInput, type SlotState } from "../../../lib/handshake/slot.ts";

describe("a slot of the pool", () => {
  const states: readonly SlotState[] = ["free", "reserved", "leased"];
  const inputs: readonly SlotInput[] = ["hello", "confirm", "running", "late", "yield", "silent", "leave"];

  for (const state of states) {
    for (const input of inputs) {
      const next = SLOT_TRANSITIONS[state][input];
      it(`that is ${state} ${next ? `becomes ${next}` : "knows nothing"} with ${input}`, () => {
        const slot = new Slot(55058);
        slot.state = state;
        should(slot.take(input)).equal(next !== undefined);
        should(slot.state).equal(next ?? state);
      });
    }
  }
});
