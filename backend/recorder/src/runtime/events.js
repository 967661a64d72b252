function expectEvent(target, type) {}
