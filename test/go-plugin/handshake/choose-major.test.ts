import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { chooseMajor } from "../../../src/go-plugin/handshake/choose-major.ts";

type Versions = [number, ...number[]];

suite("the major that a plugin takes", () => {
  const table: readonly [own: Versions, offered: number[] | undefined, chosen: number][] = [
    [[1], undefined, 1],
    [[2], undefined, 2],
    [[1, 2], undefined, 1],
    [[2, 1], undefined, 1],
    [[1], [], 1],
    [[1, 2], [], 1],
    [[1], [1], 1],
    [[1], [2], 1],
    [[1], [1, 2], 1],
    [[2], [1], 2],
    [[2], [2], 2],
    [[2], [2, 1], 2],
    [[1, 2], [1], 1],
    [[1, 2], [2], 2],
    [[1, 2], [1, 2], 2],
    [[2, 1], [1, 2], 2],
    [[1, 2], [2, 1], 2],
    [[1, 2], [3], 1],
    [[1, 2], [7, 99], 1],
    [[1, 2, 3], [2, 9, 1], 2],
    [[9, 10], [9, 10], 10],
    [[10, 9, 2], [2, 9, 10], 10],
    [[10, 9, 2], [2, 9], 9],
    [[9, 10], undefined, 9],
  ];
  for (const [own, offered, chosen] of table) {
    const offer = offered === undefined ? "no offer" : `an offer of ${offered.join(", ") || "nothing"}`;
    test(`the major that a plugin takes with ${own.join(", ")} and ${offer} is ${chosen}`, () => {
      assert.equal(chooseMajor(own, offered), chosen);
    });
  }

  const versions = fc.uniqueArray(fc.nat(20), { minLength: 1, maxLength: 6 }).map((list) => list as Versions);

  test("the major that a plugin takes is the highest common one, whatever the order of both lists", () => {
    fc.assert(
      fc.property(versions, versions, (own, offered) => {
        const common = own.filter((version) => offered.includes(version));
        fc.pre(common.length > 0);

        assert.equal(chooseMajor(own, offered), Math.max(...common));
        assert.equal(
          chooseMajor([...own].reverse() as Versions, [...offered].reverse()),
          Math.max(...common),
        );
      }),
    );
  });

  test("the major that a plugin takes is the lowest of its own when there is no common one", () => {
    fc.assert(
      fc.property(versions, fc.array(fc.integer({ min: 21, max: 40 })), (own, offered) => {
        assert.equal(chooseMajor(own, offered), Math.min(...own));
      }),
    );
  });
});
