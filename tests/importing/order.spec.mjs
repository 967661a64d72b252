// A test as people write them: what it leaves behind is the trace that they have.
import { expect, test } from "@playwright/test";
import { order } from "./story.mjs";

test("an order is refused", async ({ page }) => {
    await test.step("order", () => order(page, process.env.SITE));
    console.log("ordered");
    await expect(page.locator("#status")).toHaveText("That did not work");
});
