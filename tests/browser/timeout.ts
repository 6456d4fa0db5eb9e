// A browser takes its time where others work too.
jest.setTimeout(3 * 60_000);
