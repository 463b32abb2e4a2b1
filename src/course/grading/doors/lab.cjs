// The door #course/lab as the resident runner has loaded it, outside jest's sandbox: compiled once, not once a run. See ../resident-doors.ts.
module.exports = globalThis.hvDoors.lab;
