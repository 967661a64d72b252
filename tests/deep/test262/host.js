// The runtime's host for test262: the log goes nowhere.
const isClosing = false;
function send() {}
function wake() {}
