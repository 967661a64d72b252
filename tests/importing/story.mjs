// What is done while the samples are recorded. make.mjs runs a copy of this file, so that its address in a trace's stacks is
// the same wherever the project lies.

/** A list is used for a moment, then an order is refused by the server. */
export async function tell(page, site) {
    await page.goto(`${site}/todo/`);
    await page.waitForSelector(".todo");
    await page.locator("#new-todo").pressSequentially("buy milk 15m");
    await page.keyboard.press("Enter");
    await page.click(".todo:nth-child(1) input");
    await page.mouse.move(300, 200);
    await page.click("[data-filter=active]");
    await page.click("#suggest");
    await page.waitForSelector(".todo.suggested");
    await page.mouse.wheel(0, 120);
    await page.click("#share");
}

/** Leaves the list for the shop, where the server refuses the order. */
export async function order(page, site) {
    await page.goto(`${site}/checkout/`);
    await page.click("#terms");
    await page.click("#pay");
    await page.waitForSelector("[data-outcome=failed]");
}
