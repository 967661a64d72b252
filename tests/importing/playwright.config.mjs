export default {
    testDir: ".",
    outputDir: "test-results",
    workers: 1,
    reporter: "line",
    use: {
        trace: "on",
        viewport: { width: 120, height: 100 },
        launchOptions: { executablePath: process.env.CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] },
    },
};
