/** Places of feeds kept while their node is away. */
import should from "should";
import { forgetPlaces, parkPlace, takePlace } from "../../backends/feed-places.ts";

describe("the places of feeds", () => {
  it("are given back to the same node with the same options, once", () => {
    parkPlace("a", "options", "epoch-7");
    should(takePlace("b", "options")).be.null();
    should(takePlace("a", "options")).equal("epoch-7");
    should(takePlace("a", "options")).be.null();
  });

  it("are dropped where the options have changed, or nobody takes them up", () => {
    parkPlace("a", "options", "epoch-7");
    parkPlace("b", "options", "epoch-8");
    should(takePlace("a", "others")).be.null();
    should(takePlace("a", "options")).be.null();
    forgetPlaces();
    should(takePlace("b", "options")).be.null();
  });
});
