// Machines take their time, emulated ones most of all.
jest.setTimeout(10 * 60_000);
